"""The training doctor: from the log of a training to what ails it, with evidence and remedy."""

from gradus.lab.doctor.diagnosing import diagnose as diagnose
from gradus.lab.doctor.finding import Finding as Finding
from gradus.lab.doctor.gathering import WATCH as WATCH
from gradus.lab.doctor.gathering import logs as logs
from gradus.lab.doctor.log import Log as Log
from gradus.lab.doctor.log import Measurement as Measurement
from gradus.lab.doctor.log import Setup as Setup
from gradus.lab.doctor.log import Step as Step
from gradus.lab.doctor.reading import parse_log as parse_log
from gradus.lab.doctor.reading import read_log as read_log
from gradus.lab.doctor.recording import Recorder as Recorder
from gradus.lab.doctor.recording import write_log as write_log
from gradus.lab.doctor.summaries import Inputs as Inputs
from gradus.lab.doctor.summaries import Scores as Scores

__all__ = [
    "WATCH",
    "Finding",
    "Inputs",
    "Log",
    "Measurement",
    "Recorder",
    "Scores",
    "Setup",
    "Step",
    "diagnose",
    "logs",
    "parse_log",
    "read_log",
    "write_log",
]
