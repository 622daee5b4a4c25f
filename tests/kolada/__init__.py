"""Reading Kolada: client, decoder, history and whole loads over loopback."""
