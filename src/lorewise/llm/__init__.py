"""Language models behind one protocol, and what stands around a call."""
