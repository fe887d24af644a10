// Command training-operator runs the controllers and the validating webhooks of the
// Kubeflow training operator beside a dlctl sandbox.
//
// Upstream's own command serves its webhooks on every interface, and reads their
// certificate from one folder in /tmp for all. So this one starts the same controllers
// with the ports and the folder that the sandbox gives it.
package main

import (
	"flag"
	"fmt"
	"os"

	kubeflow "github.com/kubeflow/training-operator/pkg/apis/kubeflow.org/v1"
	"github.com/kubeflow/training-operator/pkg/config"
	controllers "github.com/kubeflow/training-operator/pkg/controller.v1"
	"github.com/kubeflow/training-operator/pkg/controller.v1/common"
	"github.com/kubeflow/training-operator/pkg/webhooks"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
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
	if err := run(given); err != nil {
		fmt.Fprintln(os.Stderr, "training-operator:", err)
		os.Exit(1)
	}
}

func run(given options) error {
	setUpstreamDefaults()
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
	if err := setUp(manager); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("webhooks", server.StartedChecker()); err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}

// setUpstreamDefaults sets what upstream's command sets from the defaults of its flags.
func setUpstreamDefaults() {
	config.Config.PyTorchInitContainerImage = config.PyTorchInitContainerImageDefault
	config.Config.PyTorchInitContainerTemplateFile = config.PyTorchInitContainerTemplateFileDefault
	config.Config.PyTorchInitContainerMaxTries = config.PyTorchInitContainerMaxTriesDefault
	config.Config.MPIKubectlDeliveryImage = config.MPIKubectlDeliveryImageDefault
}

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(kubeflow.AddToScheme(scheme))
	utilruntime.Must(volcano.AddToScheme(scheme))
	utilruntime.Must(schedulerplugins.AddToScheme(scheme))
	return scheme
}

// setUp adds the controller and the webhook of every kind of job.
func setUp(manager ctrl.Manager) error {
	gang := common.GenNonGangSchedulerSetupFunc()
	for kind, reconciler := range controllers.SupportedSchemeReconciler {
		if err := reconciler(manager, gang, 1); err != nil {
			return fmt.Errorf("controller of %s: %w", kind, err)
		}
	}
	for kind, validate := range webhooks.SupportedSchemeWebhook {
		if err := validate(manager); err != nil {
			return fmt.Errorf("webhook of %s: %w", kind, err)
		}
	}
	return nil
}
