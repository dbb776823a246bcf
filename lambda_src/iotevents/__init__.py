"""An IoT Events-compatible system: inputs and messages, served over AWS's own wire format."""
