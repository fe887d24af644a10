package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

// portForward connects to a small HTTP server in this program. It has no port of its
// own: who is not allowed to forward ports of the pod does not reach it.
func (k *kubelet) portForward(w http.ResponseWriter, r *http.Request) {
	pod := k.requested(w, r)
	if pod == nil {
		return
	}
	if pod.Status.Phase != corev1.PodRunning {
		http.Error(w, fmt.Sprintf("pod %q is not running", pod.Name), http.StatusBadRequest)
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(
		w, r, forwarder{k, pod}, pod.Name, string(pod.UID), options,
		idleTimeout, remotecommand.DefaultStreamCreationTimeout, portforward.SupportedProtocols,
	)
}

type forwarder struct {
	kubelet *kubelet
	pod     *corev1.Pod
}

func (f forwarder) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	if !listensOn(f.pod, port) {
		return fmt.Errorf("failed to connect to localhost:%d inside pod %q: connection refused", port, f.pod.Name)
	}
	near, far := net.Pipe()
	server := &http.Server{Handler: f.answers(port)}
	go func() { _ = server.Serve(&oneConnection{connection: far, closed: make(chan struct{})}) }()
	go func() {
		_, _ = io.Copy(near, stream)
		_ = near.Close()
	}()
	_, _ = io.Copy(stream, near)
	return near.Close()
}

// listensOn tells whether a container has this port; containers may listen on ports that they do not declare,
// so a pod that declares none has all.
func listensOn(pod *corev1.Pod, port int32) bool {
	declared := false
	for _, container := range pod.Spec.Containers {
		for _, each := range container.Ports {
			if each.ContainerPort == port {
				return true
			}
			declared = true
		}
	}
	return !declared
}

// answers is the HTTP server of a pod's port: 200 for every path while the pod is ready, else 503.
func (f forwarder) answers(port int32) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pod, err := f.kubelet.pod(r.Context(), f.pod.Namespace, f.pod.Name)
		if err != nil || pod.UID != f.pod.UID || !isReady(pod) {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "ok: pod %s/%s, port %d\n", pod.Namespace, pod.Name, port)
	})
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// oneConnection is a listener for one connection, and ends with it.
type oneConnection struct {
	connection net.Conn
	given      bool
	once       sync.Once
	closed     chan struct{}
}

func (l *oneConnection) Accept() (net.Conn, error) {
	if !l.given {
		l.given = true
		return &closing{l.connection, l}, nil
	}
	<-l.closed
	return nil, io.EOF
}

func (l *oneConnection) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *oneConnection) Addr() net.Addr { return l.connection.LocalAddr() }

type closing struct {
	net.Conn
	listener *oneConnection
}

func (c *closing) Close() error {
	_ = c.listener.Close()
	return c.Conn.Close()
}
