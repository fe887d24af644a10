"""`node check` against kube-scheduler: made-up clusters and workloads, checked and then really placed."""
