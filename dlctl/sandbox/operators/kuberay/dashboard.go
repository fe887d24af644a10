package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/common"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/dashboardclient"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/types"
	batchv1 "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// answers stands for the dashboards of Ray, which simulated pods do not serve: a program goes as the
// pod of its submitter does, and every application that is deployed runs.
type answers struct {
	applications sync.Map // of the Ray clusters, by namespace and name
}

// GetDashboardClient returns what makes the client of one Ray cluster.
func (a *answers) GetDashboardClient(manager ctrl.Manager) func(*rayv1.RayCluster, string) (dashboardclient.RayDashboardClientInterface, error) {
	return func(cluster *rayv1.RayCluster, _ string) (dashboardclient.RayDashboardClientInterface, error) {
		return &dashboard{answers: a, cluster: client.ObjectKeyFromObject(cluster), objects: manager.GetClient()}, nil
	}
}

// GetHttpProxyClient returns what makes the client of the proxy of one pod.
func (a *answers) GetHttpProxyClient(ctrl.Manager) func(string, string, string, int) utils.RayHttpProxyClientInterface {
	return func(string, string, string, int) utils.RayHttpProxyClientInterface { return healthy{} }
}

type healthy struct{}

func (healthy) CheckProxyActorHealth(context.Context) error { return nil }

// dashboard has what the controllers ask of a dashboard.
type dashboard struct {
	dashboardclient.RayDashboardClient
	answers *answers
	cluster client.ObjectKey
	objects client.Client
}

// GetJobInfo says how a program is, by the Job that submits it; one without such a Job has succeeded.
func (d *dashboard) GetJobInfo(ctx context.Context, id string) (*types.RayJobInfo, error) {
	var jobs rayv1.RayJobList
	if err := d.objects.List(ctx, &jobs, client.InNamespace(d.cluster.Namespace)); err != nil {
		return nil, err
	}
	for index := range jobs.Items {
		if job := &jobs.Items[index]; job.Status.JobId == id {
			return d.info(ctx, job)
		}
	}
	return nil, fmt.Errorf("no RayJob has the job ID %s", id)
}

func (d *dashboard) info(ctx context.Context, job *rayv1.RayJob) (*types.RayJobInfo, error) {
	found := types.RayJobInfo{SubmissionId: job.Status.JobId, Entrypoint: job.Spec.Entrypoint, JobStatus: rayv1.JobStatusSucceeded}
	var submitter batchv1.Job
	err := d.objects.Get(ctx, common.RayJobK8sJobNamespacedName(job), &submitter)
	if err == nil {
		found.JobStatus = statusOf(&submitter)
	}
	return &found, client.IgnoreNotFound(err)
}

func statusOf(submitter *batchv1.Job) rayv1.JobStatus {
	switch ready := submitter.Status.Ready; {
	case submitter.Status.Failed > 0:
		return rayv1.JobStatusFailed
	case submitter.Status.Succeeded > 0:
		return rayv1.JobStatusSucceeded
	case ready != nil && *ready > 0:
		return rayv1.JobStatusRunning
	default:
		return rayv1.JobStatusPending
	}
}

// StopJob stops nothing: the program's pods are deleted with their cluster.
func (d *dashboard) StopJob(context.Context, string) error { return nil }

// UpdateDeployments keeps the names of applications and their deployments.
func (d *dashboard) UpdateDeployments(_ context.Context, text []byte) error {
	var config struct {
		Applications []struct {
			Name        string
			Deployments []struct{ Name string }
		}
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	running := map[string]*types.ServeApplicationStatus{}
	for _, application := range config.Applications {
		deployments := map[string]types.ServeDeploymentStatus{}
		for _, each := range application.Deployments {
			deployments[each.Name] = types.ServeDeploymentStatus{Name: each.Name, Status: rayv1.DeploymentStatusEnum.HEALTHY}
		}
		running[application.Name] = &types.ServeApplicationStatus{
			Name: application.Name, Status: rayv1.ApplicationStatusEnum.RUNNING, Deployments: deployments,
		}
	}
	d.answers.applications.Store(d.cluster, running)
	return nil
}

// GetMultiApplicationStatus says that every application runs that was deployed.
func (d *dashboard) GetMultiApplicationStatus(context.Context) (map[string]*types.ServeApplicationStatus, error) {
	if running, ok := d.answers.applications.Load(d.cluster); ok {
		return running.(map[string]*types.ServeApplicationStatus), nil
	}
	return nil, nil
}
