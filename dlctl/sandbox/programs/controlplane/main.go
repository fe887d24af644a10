// Command controlplane is one binary that holds every program of a dlctl sandbox.
//
// Its first argument picks the program, and the rest is handed over unchanged:
//
//	controlplane etcd --data-dir …
//	controlplane kube-apiserver --etcd-servers …
//
// Sharing one binary shares the packages that the programs have in common: five
// separate builds would take several times the disk and the build time.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

// A program runs with os.Args[0] as its own name and returns its exit code.
type program func() int

var programs = map[string]program{
	"etcd":                    runEtcd,
	"kube-apiserver":          runAPIServer,
	"kube-controller-manager": runControllerManager,
	"kube-scheduler":          runScheduler,
	"kubectl":                 runKubectl,
	"kubelet":                 runKubelet,
	"kwok":                    runKwok,
	"kwok-stages":             printStages,
}

func main() {
	if len(os.Args) < 2 {
		fail("no program named")
	}
	run, known := programs[os.Args[1]]
	if !known {
		fail("unknown program " + os.Args[1])
	}
	// The programs read os.Args themselves, so they see what they would see alone.
	os.Args = os.Args[1:]
	os.Exit(run())
}

func fail(reason string) {
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintf(os.Stderr, "controlplane: %s; usage: controlplane %s [flags]\n", reason, strings.Join(names, "|"))
	os.Exit(2)
}
