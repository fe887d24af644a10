package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// kubelet answers the API server's requests about simulated pods: logs, exec and
// port-forward. It reads the pod for each request and keeps nothing.
//
// kwok has a server for these, too, but one without authentication: every user of
// this machine could run commands through it.
type kubelet struct {
	client kubernetes.Interface
}

func runKubelet() int {
	kubeconfig := flag.String("kubeconfig", "", "how the API server is reached")
	address := flag.String("address", "", "loopback address and port")
	certificate := flag.String("certificate", "", "certificate of this server")
	key := flag.String("key", "", "its key")
	authority := flag.String("client-ca", "", "clients need a certificate of this authority")
	flag.Parse()
	if err := serveKubelet(*kubeconfig, *address, *certificate, *key, *authority); err != nil {
		fmt.Fprintln(os.Stderr, "kubelet:", err)
		return 1
	}
	return 0
}

func serveKubelet(kubeconfig, address, certificate, key, authority string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(pem) {
		return fmt.Errorf("%s has no certificate", authority)
	}
	server := &http.Server{
		Addr:              address,
		Handler:           (&kubelet{client}).handler(),
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig:         &tls.Config{ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert},
		// exec and port-forward take over the connection, which HTTP/2 does not allow.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	return server.ListenAndServeTLS(certificate, key)
}

func (k *kubelet) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.logs)
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", k.exec)
	mux.HandleFunc("/portForward/{namespace}/{pod}", k.portForward)
	return mux
}

func (k *kubelet) pod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	return k.client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
}

// requested is the pod of the request's path; without one, the answer is written.
func (k *kubelet) requested(w http.ResponseWriter, r *http.Request) *corev1.Pod {
	pod, err := k.pod(r.Context(), r.PathValue("namespace"), r.PathValue("pod"))
	if apierrors.IsNotFound(err) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return nil
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return nil
	}
	if pod.Annotations[lostAnnotation] != "" {
		http.Error(w, fmt.Sprintf("node %s cannot be reached", pod.Spec.NodeName), http.StatusServiceUnavailable)
		return nil
	}
	return pod
}

// containerOf is a container of the pod and its status, each nil where there is none.
func containerOf(pod *corev1.Pod, name string) (*corev1.Container, *corev1.ContainerStatus) {
	var container *corev1.Container
	for _, all := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range all {
			if all[i].Name == name {
				container = &all[i]
			}
		}
	}
	for _, all := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range all {
			if all[i].Name == name {
				return container, &all[i]
			}
		}
	}
	return container, nil
}
