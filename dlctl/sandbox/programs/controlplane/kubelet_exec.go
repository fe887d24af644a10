package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/utils/exec"
)

const idleTimeout = time.Hour

// exec runs one of the commands of kubelet_commands.go. It starts no process on this
// machine, whatever the command.
func (k *kubelet) exec(w http.ResponseWriter, r *http.Request) {
	pod := k.requested(w, r)
	if pod == nil {
		return
	}
	name := r.PathValue("container")
	container, status := containerOf(pod, name)
	if container == nil || status == nil || status.State.Running == nil {
		http.Error(w, fmt.Sprintf("container not found (%q)", name), http.StatusNotFound)
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	remotecommand.ServeExec(
		w, r, executor{pod, container}, pod.Name, string(pod.UID), name, r.URL.Query()["command"], options,
		idleTimeout, remotecommand.DefaultStreamCreationTimeout, remotecommand.SupportedStreamingProtocols,
	)
}

type executor struct {
	pod       *corev1.Pod
	container *corev1.Container
}

func (e executor) ExecInContainer(
	ctx context.Context, _, _, _ string, command []string, in io.Reader, out, errOut io.WriteCloser,
	tty bool, resize <-chan remotecommand.TerminalSize, _ time.Duration,
) error {
	if resize != nil {
		go func() {
			for range resize { // there is no terminal to resize
			}
		}()
	}
	streams := shell{ctx: ctx, pod: e.pod, container: e.container, in: in, out: out, errOut: out, tty: tty}
	if errOut != nil {
		streams.errOut = errOut
	}
	if out == nil {
		streams.out, streams.errOut = io.Discard, io.Discard
	}
	if code := streams.run(command); code != 0 {
		return exec.CodeExitError{Err: fmt.Errorf("exit status %d", code), Code: code}
	}
	return nil
}
