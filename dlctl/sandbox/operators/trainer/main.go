// Command trainer runs the controllers and the webhooks of Kubeflow Trainer 2, and of the
// JobSets that it makes, beside a dlctl sandbox.
//
// Upstream has a command for each of the two, which serve their webhooks on every interface and
// make their own certificates. One manager runs both here, with the ports and the folder of
// certificates that the sandbox gives it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"

	trainerconfig "github.com/kubeflow/trainer/v2/pkg/apis/config/v1alpha1"
	trainer "github.com/kubeflow/trainer/v2/pkg/apis/trainer/v1alpha1"
	trainercontrollers "github.com/kubeflow/trainer/v2/pkg/controller"
	trainerruntimes "github.com/kubeflow/trainer/v2/pkg/runtime/core"
	trainerwebhooks "github.com/kubeflow/trainer/v2/pkg/webhooks"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	jobset "sigs.k8s.io/jobset/api/jobset/v1alpha2"
	jobsetcontrollers "sigs.k8s.io/jobset/pkg/controllers"
	jobsetwebhooks "sigs.k8s.io/jobset/pkg/webhooks"
	schedulerplugins "sigs.k8s.io/scheduler-plugins/apis/scheduling/v1alpha1"
	volcano "volcano.sh/apis/pkg/apis/scheduling/v1beta1"
)

const (
	loopback = "127.0.0.1"
	// By default a client sends 20 requests a second: too few for a job of hundreds of pods.
	requestsPerSecond = 200
)

type options struct {
	certificates string
	healthPort   int
	webhookPort  int
}

func main() {
	var given options
	flag.StringVar(&given.certificates, "certificates", "", "Folder of the webhooks' tls.crt and tls.key.")
	flag.IntVar(&given.healthPort, "health-port", 0, "Port of /readyz.")
	flag.IntVar(&given.webhookPort, "webhook-port", 0, "Port of the webhooks.")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(ctrl.SetupSignalHandler(), given); err != nil {
		fmt.Fprintln(os.Stderr, "trainer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, given options) error {
	client, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	client.QPS, client.Burst = requestsPerSecond, 2*requestsPerSecond
	server := webhook.NewServer(webhook.Options{
		Host:    loopback,
		Port:    given.webhookPort,
		CertDir: given.certificates,
	})
	manager, err := ctrl.NewManager(client, ctrl.Options{
		Scheme:                 newScheme(),
		Metrics:                metricsserver.Options{BindAddress: "0"},
		WebhookServer:          server,
		HealthProbeBindAddress: fmt.Sprintf("%s:%d", loopback, given.healthPort),
	})
	if err != nil {
		return err
	}
	if err := setUpJobSets(ctx, manager); err != nil {
		return err
	}
	if err := setUpTrainer(ctx, manager); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("webhooks", server.StartedChecker()); err != nil {
		return err
	}
	// Not before: one that is told to end while it starts waits for its caches until it is killed.
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
	utilruntime.Must(jobset.AddToScheme(scheme))
	utilruntime.Must(trainerconfig.AddToScheme(scheme))
	utilruntime.Must(trainer.AddToScheme(scheme))
	utilruntime.Must(volcano.AddToScheme(scheme))
	utilruntime.Must(schedulerplugins.AddToScheme(scheme))
	return scheme
}

// setUpJobSets adds what makes Jobs and pods of JobSets.
func setUpJobSets(ctx context.Context, manager ctrl.Manager) error {
	if err := jobsetcontrollers.SetupJobSetIndexes(ctx, manager.GetFieldIndexer()); err != nil {
		return fmt.Errorf("indexes of JobSet: %w", err)
	}
	if err := jobsetcontrollers.SetupPodIndexes(ctx, manager.GetFieldIndexer()); err != nil {
		return fmt.Errorf("indexes of Pod: %w", err)
	}
	client, scheme := manager.GetClient(), manager.GetScheme()
	jobSets := jobsetcontrollers.NewJobSetReconciler(client, scheme, manager.GetEventRecorder("jobset"))
	if err := jobSets.SetupWithManager(manager); err != nil {
		return fmt.Errorf("controller of JobSet: %w", err)
	}
	pods := jobsetcontrollers.NewPodReconciler(client, scheme, manager.GetEventRecorder("pod"))
	if err := pods.SetupWithManager(manager); err != nil {
		return fmt.Errorf("controller of the pods of a JobSet: %w", err)
	}
	if err := jobsetwebhooks.Setup(manager); err != nil {
		return fmt.Errorf("webhooks of JobSet: %w", err)
	}
	return nil
}

// setUpTrainer adds what makes JobSets of TrainJobs.
func setUpTrainer(ctx context.Context, manager ctrl.Manager) error {
	var config trainerconfig.Configuration
	manager.GetScheme().Default(&config)
	runtimes, err := trainerruntimes.New(ctx, manager.GetClient(), manager.GetFieldIndexer(), &config)
	if err != nil {
		return fmt.Errorf("runtimes: %w", err)
	}
	if kind, err := trainercontrollers.SetupControllers(manager, runtimes, controller.Options{}); err != nil {
		return fmt.Errorf("controller of %s: %w", kind, err)
	}
	if kind, err := trainerwebhooks.Setup(manager, runtimes); err != nil {
		return fmt.Errorf("webhook of %s: %w", kind, err)
	}
	return nil
}
