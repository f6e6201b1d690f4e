"""Everything that brings the job to a Flink cluster and watches over it there."""
