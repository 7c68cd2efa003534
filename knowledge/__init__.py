"""The help library: documents in, passages out."""
