// Helm, for benchmarks: the same command as cmd/helm of its own module.
package main

import (
	"os"

	helmcmd "helm.sh/helm/v4/pkg/cmd"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
)

func main() {
	cmd, err := helmcmd.NewRootCmd(os.Stdout, os.Args[1:], helmcmd.SetupLogging)
	if err != nil || cmd.Execute() != nil {
		os.Exit(1)
	}
}
