"""The whole system on one machine: a real broker, a real Flink cluster, Beam workers and the dashboard."""
