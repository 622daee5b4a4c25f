"""HLV and Lupp beyond the reading of files: generated files, marts, truth, inbox, command."""
