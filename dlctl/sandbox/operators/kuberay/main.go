// Command kuberay runs the controllers of the KubeRay operator beside a dlctl sandbox.
//
// Upstream's own command serves metrics and probes on every interface, and takes its ports from
// flags and its features from the environment. This one starts the same controllers with the port
// that the sandbox gives it, and without webhooks, which upstream does not install by default. The
// dashboards of Ray, which the controllers ask, are simulated as the pods are.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"

	config "github.com/ray-project/kuberay/ray-operator/apis/config/v1alpha1"
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/batchscheduler"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	loopback = "127.0.0.1"
	// By default a client sends 20 requests a second: too few for a cluster of hundreds of pods.
	requestsPerSecond = 200
)

func main() {
	flag.String("certificates", "", "Folder of the webhooks' tls.crt and tls.key; there are no webhooks.")
	healthPort := flag.Int("health-port", 0, "Port of /readyz.")
	flag.Int("webhook-port", 0, "Port of the webhooks; there are none.")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(ctrl.SetupSignalHandler(), *healthPort); err != nil {
		fmt.Fprintln(os.Stderr, "kuberay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, healthPort int) error {
	client, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	client.QPS, client.Burst = requestsPerSecond, 2*requestsPerSecond
	manager, err := ctrl.NewManager(client, ctrl.Options{
		Scheme:                 newScheme(),
		Cache:                  ownJobs(),
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: fmt.Sprintf("%s:%d", loopback, healthPort),
	})
	if err != nil {
		return err
	}
	if err := setUp(ctx, manager, client); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("controllers", started(manager)); err != nil {
		return err
	}
	return manager.Start(ctx)
}

// started says whether every controller has its caches and works.
func started(manager ctrl.Manager) healthz.Checker {
	return func(*http.Request) error {
		select {
		case <-manager.Elected():
			return nil
		default:
			return errors.New("controllers are starting")
		}
	}
}

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(rayv1.AddToScheme(scheme))
	utilruntime.Must(config.AddToScheme(scheme))
	return scheme
}

// ownJobs keeps only the Jobs that KubeRay makes in the cache, as upstream does.
func ownJobs() cache.Options {
	made := labels.SelectorFromSet(labels.Set{utils.KubernetesCreatedByLabelKey: utils.ComponentName})
	return cache.Options{ByObject: map[client.Object]cache.ByObject{&batchv1.Job{}: {Label: made}}}
}

// setUp adds the controllers of RayCluster, RayService and RayJob with upstream's defaults.
func setUp(ctx context.Context, manager ctrl.Manager, client *rest.Config) error {
	var given config.Configuration
	manager.GetScheme().Default(&given)
	schedulers, err := batchscheduler.NewSchedulerManager(ctx, given, client, manager.GetClient())
	if err != nil {
		return fmt.Errorf("batch scheduler: %w", err)
	}
	concurrency := given.ReconcileConcurrency
	clusters := ray.NewReconciler(ctx, manager, ray.RayClusterReconcilerOptions{BatchSchedulerManager: schedulers})
	if err := clusters.SetupWithManager(manager, concurrency); err != nil {
		return fmt.Errorf("controller of RayCluster: %w", err)
	}
	dashboards := &answers{}
	services := ray.NewRayServiceReconciler(ctx, manager, dashboards)
	if err := services.SetupWithManager(manager, concurrency); err != nil {
		return fmt.Errorf("controller of RayService: %w", err)
	}
	jobs := ray.NewRayJobReconciler(ctx, manager, ray.RayJobReconcilerOptions{BatchSchedulerManager: schedulers}, dashboards)
	if err := jobs.SetupWithManager(manager, concurrency); err != nil {
		return fmt.Errorf("controller of RayJob: %w", err)
	}
	return nil
}
