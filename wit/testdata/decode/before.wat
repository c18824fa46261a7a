;; A package in the form before the present one: one type with everything.
(component
  (type (component
    (type $io (instance
      (export "pollable" (type (sub resource)))
    ))
    (import "wasi:io/poll@0.2.0" (instance $poll (type $io)))
    (alias export $poll "pollable" (type $pollable))
    (type $clock (instance
      (alias outer 1 $pollable (type $p))
      (export "pollable" (type $pollable (eq $p)))
      (type $d u64)
      (export "instant" (type $instant (eq $d)))
      (export "now" (func (result $instant)))
      (export "subscribe" (func (param "when" $instant) (result (own $pollable))))
    ))
    (export "wasi:clocks/clock@0.2.0" (instance $c (type $clock)))
    (type $world (component
      (type $io (instance
        (export "pollable" (type (sub resource)))
      ))
      (import "wasi:io/poll@0.2.0" (instance $poll (type $io)))
      (alias export $poll "pollable" (type $pollable))
      (type $clock (instance
        (alias outer 1 $pollable (type $p))
        (export "pollable" (type $pollable (eq $p)))
        (type $d u64)
        (export "instant" (type $instant (eq $d)))
        (export "now" (func (result $instant)))
      ))
      (import "wasi:clocks/clock@0.2.0" (instance (type $clock)))
      (export "run" (func))
    ))
    (export "wasi:clocks/imports@0.2.0" (component (type $world)))
  ))
  (export "wasi:clocks/wit@0.2.0" (type 0))
  (@custom "package-docs" "\00{\22docs\22:\22Clocks.\22,\22interfaces\22:{\22clock\22:{\22docs\22:\22A clock.\22,\22funcs\22:{\22now\22:\22The time.\22,\22subscribe\22:null}}},\22worlds\22:{\22imports\22:{\22funcs\22:{\22run\22:\22It runs.\22}}}}")
)
