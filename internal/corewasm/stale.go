package corewasm

import "fmt"

// CheckHandlers looks for functions whose exception handlers an engine gets
// wrong that, when it catches an exception, takes local variables back to what
// they were when the try_table began: the body of a try_table changes a local
// that a handler of it needs. The error, of type [*Error], names the first of
// them. Modules that throw and catch are mostly without such functions, because
// compilers keep what a handler needs in memory or in locals of its own.
//
// It is for modules that [Check] has passed; of what is not valid it says
// nothing. It walks code twice that has handlers, and else once.
func CheckHandlers(module *Module) error {
	bodies, err := module.Bodies()
	if err != nil {
		return err
	}
	l := newLiveness(module)
	for k, body := range bodies {
		stale := l.staleHandlers(body)
		if l.walk.err != nil {
			return nil // the engine will say what is wrong
		}
		if len(stale) > 0 {
			return &Error{
				Section: SectionCode.String(), Item: fmt.Sprintf("code[%d]", k), Offset: stale[0].at,
				Reason: fmt.Sprintf("local %d is changed in try_table and needed by its handler", stale[0].local),
			}
		}
	}
	return nil
}
