//! A second reader: a Python script that knows nothing of this code.
