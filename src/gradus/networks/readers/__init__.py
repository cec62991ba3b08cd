"""Networks from elsewhere: files, plain data, ONNX, torch and Keras models."""

from gradus.networks.readers.files import read_network as read_network

__all__ = ["read_network"]
