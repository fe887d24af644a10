package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const pollInterval = time.Second

// logOptions are those of corev1.PodLogOptions that count here.
type logOptions struct {
	follow, previous, timestamps bool
	since                        time.Time
	tail, limit                  int64 // -1: all
}

func parseLogOptions(query url.Values, now time.Time) (logOptions, error) {
	options := logOptions{tail: -1, limit: -1}
	for name, target := range map[string]*bool{
		"follow": &options.follow, "previous": &options.previous, "timestamps": &options.timestamps,
	} {
		if text := query.Get(name); text != "" {
			value, err := strconv.ParseBool(text)
			if err != nil {
				return options, err
			}
			*target = value
		}
	}
	seconds := int64(-1)
	for name, target := range map[string]*int64{
		"tailLines": &options.tail, "limitBytes": &options.limit, "sinceSeconds": &seconds,
	} {
		if text := query.Get(name); text != "" {
			value, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return options, err
			}
			*target = value
		}
	}
	if seconds >= 0 {
		options.since = now.Add(-time.Duration(seconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" {
		since, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return options, err
		}
		options.since = since
	}
	return options, nil
}

// logs answers with the lines that the container has written, and with `follow` with
// those that it will write until it ends.
func (k *kubelet) logs(w http.ResponseWriter, r *http.Request) {
	pod := k.requested(w, r)
	if pod == nil {
		return
	}
	options, err := parseLogOptions(r.URL.Query(), time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("container")
	run, err := runOf(pod, name, options.previous)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	lines := run.lines(time.Now())
	last := lines[len(lines)-1].step
	out := &logWriter{w: w, options: options}
	out.write(selected(lines, options))
	for options.follow && run.ended.IsZero() && !out.full {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(pollInterval):
		}
		pod, err := k.pod(r.Context(), run.namespace, run.pod)
		if err != nil || pod.UID != run.uid {
			return
		}
		if run, err = run.next(pod, name); err != nil {
			return
		}
		lines := after(run.lines(time.Now()), last)
		if len(lines) > 0 {
			out.write(lines)
			last = lines[len(lines)-1].step
		}
	}
}

func selected(lines []logLine, options logOptions) []logLine {
	first := 0
	for first < len(lines) && lines[first].at.Before(options.since) {
		first++
	}
	lines = lines[first:]
	if options.tail >= 0 && int64(len(lines)) > options.tail {
		return lines[int64(len(lines))-options.tail:]
	}
	return lines
}

func after(lines []logLine, step int) []logLine {
	for index, line := range lines {
		if line.step > step {
			return lines[index:]
		}
	}
	return nil
}

type logWriter struct {
	w       http.ResponseWriter
	options logOptions
	bytes   int64
	full    bool
}

func (o *logWriter) write(lines []logLine) {
	for _, line := range lines {
		text := line.text + "\n"
		if o.options.timestamps {
			text = line.at.UTC().Format("2006-01-02T15:04:05.000000000Z") + " " + text
		}
		if limit := o.options.limit; limit >= 0 && o.bytes+int64(len(text)) > limit {
			text, o.full = text[:limit-o.bytes], true
		}
		o.bytes += int64(len(text))
		if _, err := io.WriteString(o.w, text); err != nil {
			o.full = true
		}
		if o.full {
			break
		}
	}
	if flusher, ok := o.w.(http.Flusher); ok {
		flusher.Flush()
	}
}

// runOf is one run of a container: the present one, or the one before its last restart.
func runOf(pod *corev1.Pod, name string, previous bool) (logRun, error) {
	container, status := containerOf(pod, name)
	if container == nil {
		return logRun{}, fmt.Errorf("container %q not found in pod %q", name, pod.Name)
	}
	if status == nil {
		return logRun{}, fmt.Errorf("container %q in pod %q is waiting to start: ContainerCreating", name, pod.Name)
	}
	state, last := status.State, status.LastTerminationState.Terminated
	switch {
	case previous && last == nil:
		return logRun{}, fmt.Errorf("previous terminated container %q in pod %q not found", name, pod.Name)
	case previous:
		return newRun(pod, container, last.StartedAt.Time, last), nil
	case state.Running != nil:
		return newRun(pod, container, state.Running.StartedAt.Time, nil), nil
	case state.Terminated != nil:
		return newRun(pod, container, state.Terminated.StartedAt.Time, state.Terminated), nil
	case last != nil:
		return newRun(pod, container, last.StartedAt.Time, last), nil
	}
	reason := "ContainerCreating"
	if state.Waiting != nil {
		reason = state.Waiting.Reason
	}
	if reason == "ErrImagePull" || reason == "ImagePullBackOff" {
		reason = "trying and failing to pull image"
	}
	return logRun{}, fmt.Errorf("container %q in pod %q is waiting to start: %s", name, pod.Name, reason)
}
