package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func runEtcd() int {
	// etcdmain exits by itself on failure.
	etcdmain.Main(os.Args)
	return 0
}
