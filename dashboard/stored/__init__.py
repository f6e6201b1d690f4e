"""What the lakehouse holds, as the pages and the API ask for it. No Streamlit here."""
