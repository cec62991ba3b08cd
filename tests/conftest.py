"""Nothing here depends on how fast the machine is: Hypothesis counts examples, never milliseconds."""

from hypothesis import HealthCheck, settings

settings.register_profile("gradus", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gradus")
