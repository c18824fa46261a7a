package server

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// metrics are what Prometheus reads. Their names are in docs/serve.md and do not
// change.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	wait     *prometheus.HistogramVec
	fuel     *prometheus.CounterVec

	mu        sync.Mutex
	functions map[string]map[string]bool // by plugin: those with a label of their own
	versions  map[string][]string        // by plugin: those with labels, the last one used at the end
}

// mostVersions is how many versions of a plugin have labels: each swap makes one.
const mostVersions = 10

// mostFunctions is how many operations of a plugin have labels of their own:
// callers choose them. All others are "other".
const mostFunctions = 50

func newMetrics(s *Server) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), functions: map[string]map[string]bool{}, versions: map[string][]string{}}
	m.calls = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "patchbay_plugin_calls_total", Help: "Calls of plugins by what they came to.",
	}, []string{"plugin", "version", "function", "outcome"})
	m.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "patchbay_plugin_call_duration_seconds", Help: "How long calls took, the wait for an instance included.",
		Buckets: prometheus.ExponentialBuckets(10e-6, 4, 11), // 10 µs to 10 s
	}, []string{"plugin", "function"})
	m.wait = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "patchbay_plugin_pool_wait_seconds", Help: "How long calls waited for an instance.",
		Buckets: prometheus.ExponentialBuckets(10e-6, 4, 11),
	}, []string{"plugin"})
	m.fuel = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "patchbay_plugin_fuel_consumed_total", Help: "Fuel that calls spent.",
	}, []string{"plugin"})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "patchbay_build_info", Help: "1, with the version of Patchbay.",
	}, []string{"version"})
	build.WithLabelValues(s.Version).Set(1)
	m.registry.MustRegister(m.calls, m.duration, m.wait, m.fuel, build, &stateCollector{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler serves the metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// called notes a call.
func (m *metrics) called(u *unit, function string, o outcome, took time.Duration, info *plugin.Info) {
	name := u.config.Name
	label := m.function(name, function, o)
	m.calls.WithLabelValues(name, *u.version.Load(), label, string(o)).Inc()
	m.duration.WithLabelValues(name, label).Observe(took.Seconds())
	m.wait.WithLabelValues(name).Observe(info.Wait.Seconds())
	m.fuel.WithLabelValues(name).Add(float64(info.Fuel))
}

// function returns the label of an operation. Only those that have answered once
// get one of their own: a caller can make up any number of others.
func (m *metrics) function(plugin, function string, o outcome) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.functions[plugin]
	if known == nil {
		known = map[string]bool{}
		m.functions[plugin] = known
	}
	const longest = 100
	if !known[function] && (o != outcomeOK || len(known) >= mostFunctions || len(function) > longest) {
		return "other"
	}
	known[function] = true
	return function
}

// used notes that a version came into use, and drops the counts of one that was
// not for long.
func (m *metrics) used(plugin, version string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := append(slices.DeleteFunc(m.versions[plugin], func(v string) bool { return v == version }), version)
	if len(all) > mostVersions {
		m.calls.DeletePartialMatch(prometheus.Labels{"plugin": plugin, "version": all[0]})
		all = all[1:]
	}
	m.versions[plugin] = all
}

// forget drops what is known of a plugin that is gone.
func (m *metrics) forget(name string) {
	m.mu.Lock()
	delete(m.functions, name)
	delete(m.versions, name)
	m.mu.Unlock()
	labels := prometheus.Labels{"plugin": name}
	m.calls.DeletePartialMatch(labels)
	m.duration.DeletePartialMatch(labels)
	m.wait.DeletePartialMatch(labels)
	m.fuel.DeletePartialMatch(labels)
}

// A stateCollector reads what plugins are doing when it is asked.
type stateCollector struct{ server *Server }

// described are the metrics of a stateCollector.
type described struct {
	up, instances, memory, restarts, traps, reloads *prometheus.Desc
}

func describeStates() described {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, append([]string{"plugin"}, labels...), nil)
	}
	return described{
		up:        desc("patchbay_plugin_up", "1 if the plugin serves calls."),
		instances: desc("patchbay_plugin_instances", "Instances by what they are doing.", "state"),
		memory:    desc("patchbay_plugin_memory_bytes", "Linear memory of the plugin's instances."),
		restarts:  desc("patchbay_plugin_restarts_total", "How often the plugin was started again after it had failed."),
		traps:     desc("patchbay_plugin_traps_total", "Calls that trapped."),
		reloads:   desc("patchbay_plugin_reloads_total", "New versions by what became of them.", "result"),
	}
}

// Describe implements prometheus.Collector.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	d := describeStates()
	for _, desc := range []*prometheus.Desc{d.up, d.instances, d.memory, d.restarts, d.traps, d.reloads} {
		out <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	d := describeStates()
	for _, u := range c.server.sorted() {
		name, status := u.config.Name, u.worker.Status()
		gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, append([]string{name}, labels...)...)
		}
		count := func(desc *prometheus.Desc, value uint64, labels ...string) {
			out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(value), append([]string{name}, labels...)...)
		}
		up := 0.0
		if status.State == worker.Up {
			up = 1
		}
		gauge(d.up, up)
		gauge(d.instances, float64(status.Plugin.InUse), "in_use")
		gauge(d.instances, float64(status.Plugin.Instances-status.Plugin.InUse), "idle")
		gauge(d.memory, float64(status.Plugin.Memory))
		count(d.restarts, status.Restarts)
		count(d.traps, status.Traps)
		u.mu.Lock()
		for _, result := range []string{"ok", "failed", "rolled_back"} {
			count(d.reloads, u.swaps[result], result)
		}
		u.mu.Unlock()
	}
}
