"""The server's one connection with the stream, shared by all its sessions and by the HTTP API. No Streamlit here."""
