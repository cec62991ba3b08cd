"""Generative adversarial networks on tables of records: encoding, training, sampling, and how good the samples are."""
