package supervise_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/supervise"
)

func TestIntensityHistories(t *testing.T) {
	for _, sc := range intensityScenarios() {
		t.Run(sc.name, sc.play)
	}
}

func intensityScenarios() []scenario {
	fails := life{run: 1 * s, err: errBroke}
	return []scenario{
		{
			name: "one restart within 5 s is allowed, a second is not",
			supervisor: &supervise.Supervisor{Children: children{
				child("a", fails, life{run: 4*s + 1*ms, err: errBroke}, life{run: 4*s + 999*ms, err: errBroke}), child("b"),
			}},
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting: broke
				1s a: started
				5.001s a: exited: broke
				5.001s a: gave up: broke
				5.001s b: stopped
				5.001s finished: a: restart intensity reached (1 within 5s): broke`,
			err: "a: restart intensity reached (1 within 5s): broke",
		},
		{
			name: "restarts that are longer ago do not count",
			supervisor: &supervise.Supervisor{Intensity: 2, Period: 3 * s, Children: children{
				child("a", fails, fails, life{run: 2*s + 1*ms, err: errBroke}, fails, fails),
			}},
			history: `
				0s a: started
				1s a: exited: broke
				1s a: restarting: broke
				1s a: started
				2s a: exited: broke
				2s a: restarting: broke
				2s a: started
				4.001s a: exited: broke
				4.001s a: restarting: broke
				4.001s a: started
				5.001s a: exited: broke
				5.001s a: restarting: broke
				5.001s a: started
				6.001s a: exited: broke
				6.001s a: gave up: broke
				6.001s finished: a: restart intensity reached (2 within 3s): broke`,
			err: "a: restart intensity reached (2 within 3s): broke",
		},
		{
			name:       "a restart just Period ago still counts",
			supervisor: &supervise.Supervisor{Children: children{child("a", fails, life{run: 5 * s, err: errBroke})}},
			history: `
				0s a: started
				1s a: exited: broke
				1s a: restarting: broke
				1s a: started
				6s a: exited: broke
				6s a: gave up: broke
				6s finished: a: restart intensity reached (1 within 5s): broke`,
			err: "a: restart intensity reached (1 within 5s): broke",
		},
		{
			name: "the restarts of all children count together",
			supervisor: &supervise.Supervisor{Children: children{
				child("a", fails), child("b", life{run: 2 * s, err: errBroke}),
			}},
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting: broke
				1s a: started
				2s b: exited: broke
				2s b: gave up: broke
				2s a: stopped
				2s finished: b: restart intensity reached (1 within 5s): broke`,
			err: "b: restart intensity reached (1 within 5s): broke",
		},
		{
			name:       "none allowed, and a good end counts",
			supervisor: &supervise.Supervisor{Intensity: -1, Children: children{child("a", life{run: 1 * s})}},
			history: `
				0s a: started
				1s a: exited
				1s a: gave up
				1s finished: a: restart intensity reached (0 within 5s)`,
			err: "a: restart intensity reached (0 within 5s)",
		},
		{
			name: "backoff grows, is bounded, begins anew after a good run",
			supervisor: &supervise.Supervisor{
				Intensity: 9,
				Backoff:   supervise.Backoff{Initial: 100 * ms, Max: 500 * ms, Factor: 3, Jitter: -1, Reset: 2 * s},
				Children:  children{child("a", fails, fails, fails, fails, life{run: 2 * s, err: errBroke})},
			},
			stop: 9 * s,
			history: `
				0s a: started
				1s a: exited: broke
				1s a: restarting after 100ms: broke
				1.1s a: started
				2.1s a: exited: broke
				2.1s a: restarting after 300ms: broke
				2.4s a: started
				3.4s a: exited: broke
				3.4s a: restarting after 500ms: broke
				3.9s a: started
				4.9s a: exited: broke
				4.9s a: restarting after 500ms: broke
				5.4s a: started
				7.4s a: exited: broke
				7.4s a: restarting after 100ms: broke
				7.5s a: started
				9s a: stopped
				9s finished`,
		},
		{
			name: "jitter takes a part of the delay away; failing to start is delayed too",
			supervisor: &supervise.Supervisor{
				Intensity: 9,
				Backoff:   supervise.Backoff{Initial: 100 * ms, Jitter: 0.5, Random: func() float64 { return 0.5 }},
				Children:  children{child("a", fails, life{noStart: true, err: errBroke})},
			},
			stop: 3 * s,
			history: `
				0s a: started
				1s a: exited: broke
				1s a: restarting after 75ms: broke
				1.075s a: start failed: broke
				1.075s a: restarting after 150ms: broke
				1.225s a: started
				3s a: stopped
				3s finished`,
		},
		{
			name: "one for one: others fail and come back while one waits",
			supervisor: &supervise.Supervisor{
				Intensity: 9,
				Backoff:   supervise.Backoff{Initial: 1 * s, Jitter: -1},
				Children:  children{child("a", fails), child("b", life{run: 1500 * ms, err: errBroke})},
			},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting after 1s: broke
				1.5s b: exited: broke
				1.5s b: restarting after 1s: broke
				2s a: started
				2.5s b: started
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name: "rest for one: an earlier one fails while later ones wait",
			supervisor: &supervise.Supervisor{
				Strategy: supervise.RestForOne, Intensity: 9,
				Backoff:  supervise.Backoff{Initial: 1 * s, Jitter: -1},
				Children: children{child("a", life{run: 1500 * ms, err: errBroke}), child("b", fails), child("c")},
			},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				0s c: started
				1s b: exited: broke
				1s b: restarting after 1s: broke
				1s c: stopped
				1.5s a: exited: broke
				1.5s a: restarting after 1s: broke
				2.5s a: started
				2.5s b: started
				2.5s c: started
				3s c: stopped
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name:       "told to end while a child starts again",
			supervisor: &supervise.Supervisor{Children: children{child("a", fails, life{start: 9 * s}), child("b")}},
			stop:       3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting: broke
				3s a: stopped
				3s a: start failed: stopped by its supervisor
				3s b: stopped
				3s finished`,
		},
		{
			name: "told to end while a restart is due",
			supervisor: &supervise.Supervisor{
				Backoff: supervise.Backoff{Initial: 9 * s, Jitter: -1}, Children: children{child("a", fails), child("b")},
			},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting after 9s: broke
				3s b: stopped
				3s finished`,
		},
	}
}

func TestStopHistories(t *testing.T) {
	for _, sc := range stopScenarios() {
		t.Run(sc.name, sc.play)
	}
}

func stopScenarios() []scenario {
	return []scenario{
		{
			name: "what a child returns when it is told to end is told",
			supervisor: &supervise.Supervisor{Children: children{{
				Name: "a", Run: untilToldThen(errBroke),
			}}},
			stop: 1 * s,
			history: `
				0s a: started
				1s a: stopped: broke
				1s finished`,
		},
		{
			name:       "5 s by default, then it is killed",
			supervisor: &supervise.Supervisor{Children: children{child("a"), child("b", life{kill: true})}},
			stop:       1 * s,
			history: `
				0s a: started
				0s b: started
				6s b: killed
				6s b: stopped
				6s a: stopped
				6s finished`,
		},
		{
			name: "without Kill it is abandoned at once",
			supervisor: &supervise.Supervisor{Name: "top", Children: children{
				child("a"), with(child("b", life{linger: 4 * s}), func(c *supervise.Child) { c.Shutdown, c.Kill = 2*s, nil }),
			}},
			stop: 1 * s,
			history: `
				0s top: a: started
				0s top: b: started
				3s top: b: killed
				3s top: b: abandoned
				3s top: a: stopped
				3s top: finished: top: b: did not stop and was abandoned`,
			err: "top: b: did not stop and was abandoned",
		},
		{
			name: "one that ignores even Kill has a second more",
			supervisor: &supervise.Supervisor{Children: children{
				with(child("a", life{linger: 9 * s}), func(c *supervise.Child) { c.Shutdown = 2 * s }),
			}},
			stop: 1 * s,
			history: `
				0s a: started
				3s a: killed
				4s a: abandoned
				4s finished: a: did not stop and was abandoned`,
			err: "a: did not stop and was abandoned",
		},
		{
			name: "an abandoned one that returns later is no failure",
			supervisor: &supervise.Supervisor{Strategy: supervise.RestForOne, Children: children{
				child("a", life{run: 1 * s, err: errBroke}),
				with(child("b", life{linger: 1 * s}), func(c *supervise.Child) { c.Shutdown, c.Kill = supervise.BrutalKill, nil }),
			}},
			stop: 3 * s,
			history: `
				0s a: started
				0s b: started
				1s a: exited: broke
				1s a: restarting: broke
				1.000000001s b: killed
				1.000000001s b: abandoned
				1.000000001s a: started
				1.000000001s b: started
				2s b: returned: context canceled
				3s b: stopped
				3s a: stopped
				3s finished`,
		},
		{
			name: "Infinity waits",
			supervisor: &supervise.Supervisor{Children: children{
				with(child("a", life{linger: 3600 * s}), func(c *supervise.Child) { c.Shutdown = supervise.Infinity }),
			}},
			stop: 1 * s,
			history: `
				0s a: started
				1h0m1s a: stopped
				1h0m1s finished`,
		},
	}
}
