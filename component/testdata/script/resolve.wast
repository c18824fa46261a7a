;; A component with every kind of origin: what its indices mean is in a golden
;; file of component/internal/validate.

(component definition
  (import "log" (func $log (param "message" string)))
  (import "store" (instance $store
    (export "item" (type $item (sub resource)))
    (export "get" (func (param "name" string) (result (own $item))))))
  (import "plugin" (component $plugin (import "run" (func)) (export "ran" (func))))
  (import "lib" (core module $lib (export "memory" (memory 1))))
  (alias export $store "item" (type $item))

  (core module $libc
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "drop") (param i32)))
  (core instance $c (instantiate $libc))
  (core instance $l (instantiate $lib))
  (core func $log (canon lower (func $log) (memory (core memory $c "memory"))))
  (core func $drop (canon resource.drop $item))
  (core module $main
    (import "host" "log" (func (param i32 i32)))
    (import "host" "drop" (func (param i32)))
    (func (export "run"))
    (func (export "make") (result i32) unreachable))
  (core instance $m (instantiate $main
    (with "host" (instance (export "log" (func $log)) (export "drop" (func $drop))))))

  (type $thing (resource (rep i32) (dtor (core func $c "drop"))))
  (export $thing' "thing" (type $thing))
  (func $run (canon lift (core func $m "run")))
  (func $make (result (own $thing')) (canon lift (core func $m "make")))
  (export "make" (func $make))

  (type $point (record (field "x" s32)))
  (component $inner
    (alias outer 1 $libc (core module $libc))
    (alias outer 1 $point (type $point))
    (core instance $c (instantiate $libc))
    (type $own (resource (rep i32)))
    (export $own' "own" (type $own))
    (import "point" (type $p (eq $point)))
    (import "f" (func $f (param "p" $p)))
    (export "f" (func $f)))
  (export $point' "point" (type $point))
  (core module $pm (func (export "f") (param i32)))
  (core instance $pi (instantiate $pm))
  (func $f (param "p" $point') (canon lift (core func $pi "f")))
  (instance $a (instantiate $inner (with "point" (type $point')) (with "f" (func $f))))
  (instance $b (instantiate $plugin (with "run" (func $run))))
  (instance $bag (export "ran" (func $b "ran")) (export "a" (instance $a)))
  (export "bag" (instance $bag)))
