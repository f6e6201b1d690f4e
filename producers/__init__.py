"""What puts drawings on Kafka: image files by hand (submit), labelled load (replay), and the sender beneath both."""
