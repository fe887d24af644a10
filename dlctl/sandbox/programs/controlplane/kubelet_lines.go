package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	storyAnnotation = "sandbox.dlctl.dev/story"
	sinceAnnotation = "sandbox.dlctl.dev/story-since"
	lostAnnotation  = "sandbox.dlctl.dev/node-lost"
	completionIndex = "batch.kubernetes.io/job-completion-index"
	replicaType     = "training.kubeflow.org/replica-type"
	replicaIndex    = "training.kubeflow.org/replica-index"

	// stepTime is how often a container writes a line.
	stepTime = time.Second
	// keptSteps is how many of these are kept, as a kubelet rotates logs.
	keptSteps = 10000
	// hangAfter is how long a container with the story `hang` goes on before it writes no more.
	hangAfter = 5 * time.Second
)

// logLine is one line: of a step, of the start (step 0) or of the end (step endStep).
type logLine struct {
	at   time.Time
	step int
	text string
}

const endStep = math.MaxInt

// logRun is one run of one container. Its log follows from it: nothing is stored.
type logRun struct {
	namespace, pod string
	uid            types.UID
	image          string
	begun, ended   time.Time
	silentFrom     time.Time
	training       bool
	prefix, rank   string
	failure        []string
	last           string
}

func newRun(pod *corev1.Pod, container *corev1.Container, begun time.Time, end *corev1.ContainerStateTerminated) logRun {
	run := logRun{
		namespace: pod.Namespace, pod: pod.Name, uid: pod.UID, image: container.Image, begun: begun,
		training: pod.Spec.RestartPolicy != corev1.RestartPolicyAlways || pod.Labels[replicaType] != "" ||
			pod.Annotations[storyAnnotation] != "",
	}
	run.rank = rankOf(pod, container)
	if role := roleOf(pod); role != "" || run.rank != "" {
		run.prefix = "[" + strings.TrimSpace(role+" rank "+firstOf(run.rank, "0")) + "] "
	}
	if pod.Annotations[storyAnnotation] == "hang" {
		from := begun
		if since, err := time.Parse(time.RFC3339, pod.Annotations[sinceAnnotation]); err == nil && since.After(from) {
			from = since
		}
		run.silentFrom = from.Add(hangAfter)
	}
	if end != nil {
		run.ended = end.FinishedAt.Time
		run.last, run.failure = lastLines(pod, end, run.rank)
	}
	return run
}

// next is the same run as it is in this later version of its pod.
func (r logRun) next(pod *corev1.Pod, container string) (logRun, error) {
	for _, previous := range []bool{false, true} {
		if run, err := runOf(pod, container, previous); err == nil && run.begun.Equal(r.begun) {
			return run, nil
		}
	}
	return r, errors.New("the run is over")
}

// lines are those that the container has written until now.
func (r logRun) lines(now time.Time) []logLine {
	end := now
	if !r.ended.IsZero() {
		end = r.ended
	}
	until := end
	if !r.silentFrom.IsZero() && r.silentFrom.Before(until) {
		until = r.silentFrom
	}
	steps := int(until.Sub(r.begun) / stepTime)
	lines := []logLine{{r.begun, 0, r.prefix + "starting " + r.image}}
	for step := max(1, steps-keptSteps+1); step <= steps; step++ {
		lines = append(lines, logLine{r.begun.Add(time.Duration(step) * stepTime), step, r.prefix + r.step(step)})
	}
	if !r.ended.IsZero() {
		for _, text := range r.failure {
			lines = append(lines, logLine{end, endStep, text})
		}
		if r.last != "" {
			lines = append(lines, logLine{end, endStep, r.prefix + fmt.Sprintf(r.last, max(steps, 0))})
		}
	}
	return lines
}

func (r logRun) step(step int) string {
	if r.training {
		return fmt.Sprintf("step %d loss %.4f", step, 4/math.Pow(float64(1+step), 0.3))
	}
	return fmt.Sprintf("up for %d s", step)
}

func lastLines(pod *corev1.Pod, end *corev1.ContainerStateTerminated, rank string) (string, []string) {
	switch {
	case end.ExitCode == 0:
		return "finished after step %d", nil
	case end.Reason == "OOMKilled": // the kernel leaves a process no time to write
		return "", nil
	case pod.Status.Reason == "Evicted":
		return "received SIGTERM after step %d", nil
	case rank != "" && rank != "0":
		return "", ncclTimeout(rank)
	}
	return "", []string{
		"Traceback (most recent call last):",
		`  File "/workspace/train.py", line 214, in <module>`,
		"    main()",
		`  File "/workspace/train.py", line 187, in main`,
		"    loss = step(model, batch)",
		fmt.Sprintf("RuntimeError: simulated failure, exit code %d", end.ExitCode),
	}
}

// ncclTimeout is what other ranks write when one has died.
func ncclTimeout(rank string) []string {
	from := fmt.Sprintf("[rank%s]:[E ProcessGroupNCCL.cpp] [Rank %s] ", rank, rank)
	return []string{
		from + "Watchdog caught collective operation timeout: WorkNCCL(OpType=ALLREDUCE, Timeout(ms)=600000) " +
			"ran for 600031 milliseconds before timing out.",
		from + "To avoid data inconsistency, we are taking the entire process down.",
	}
}

func rankOf(pod *corev1.Pod, container *corev1.Container) string {
	for _, variable := range container.Env {
		if variable.Name == "RANK" && variable.Value != "" {
			return variable.Value
		}
	}
	return firstOf(
		pod.Annotations[completionIndex], pod.Labels[completionIndex], pod.Labels[replicaIndex],
		pod.Annotations["volcano.sh/task-index"], pod.Labels["volcano.sh/task-index"],
	)
}

func roleOf(pod *corev1.Pod) string {
	role := firstOf(
		pod.Labels[replicaType], pod.Labels["jobset.sigs.k8s.io/replicatedjob-name"], pod.Annotations["volcano.sh/task-spec"],
	)
	if role == "" && len(pod.OwnerReferences) > 0 && pod.OwnerReferences[0].Kind == "Job" {
		return "worker"
	}
	return role
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
