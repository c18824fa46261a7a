// Package supervise keeps goroutines alive, by the words and the rules of
// Erlang/OTP's supervisors. A [Supervisor] starts its children in order, restarts
// those that end when they should not, stops them in reverse order, and gives up
// when they fail too often: it fails then itself, and whoever supervises it
// decides. It knows nothing of what its children do.
//
// # Children
//
// A [Child] is a name and a function that runs until its context ends. The next
// child is not started before it says that it has started, or has returned. What
// a child returns, or that it panics, decides with its [Restart] what happens:
//
//	             nil          an error, a panic
//	Permanent    restarted    restarted
//	Transient    ends         restarted
//	Temporary    is removed   is removed
//
// A function that returns nil before it has started had nothing to do (OTP's
// ignore). It is not restarted, whatever its Restart.
//
// # Strategies
//
// A restart is of the failed child alone ([OneForOne]), of all children
// ([OneForAll]), or of the failed one and those after it ([RestForOne]). Those
// that run are stopped first, the last one first; then all are started in order,
// including those that had ended by themselves or by
// [Supervisor.TerminateChild]. Temporary children that were stopped for it are
// removed.
//
// # Intensity
//
// If there were more than Intensity restarts within Period, the supervisor stops
// all children and returns an error that is [ErrIntensity]. A child that fails
// while it is restarted counts once more. A child that fails while the supervisor
// itself starts is not tried again: the supervisor stops those before it and
// fails.
//
// # Stopping
//
// A child is stopped by ending its context, with [ErrShutdown] as the cause. It
// has Child.Shutdown to return. No goroutine can be killed from outside, so what
// comes then is this: Child.Kill is called if there is one, to take away whatever
// the child waits for, and the child has a second more. A child that has not
// returned by then is abandoned. Its goroutine runs on, whatever it returns is
// ignored, and when it returns an event says so. Its place is free: a restart
// starts it anew beside the old one. A child that must never run twice has
// Shutdown [Infinity].
//
// # Differences from OTP
//
// A supervisor that gives up fails; in OTP its exit is of a kind that a transient
// child's parent takes for a normal one. A restart may wait ([Backoff]). A child
// may have a time within which it must start. There is no simple_one_for_one: give
// a OneForOne supervisor Temporary children. There are no significant children.
package supervise
