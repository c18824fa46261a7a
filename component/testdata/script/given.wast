;; What components are given from outside: instances that have a name, with the
;; functions, resource types, core modules and components that they export.

(component definition $Store
  (core module $M
    (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 1024))
    (global $made (mut i32) (i32.const 0))
    (global $gone (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (if (local.get 0) (then (return (local.get 0)))) ;; it only gets smaller
      (global.get $end)
      (global.set $end (i32.and (i32.add (i32.add (global.get $end) (local.get 3)) (i32.const 7)) (i32.const -8))))
    (func (export "next") (result i32)
      (global.set $made (i32.add (global.get $made) (i32.const 1)))
      (global.get $made))
    (func (export "length") (param i32 i32) (result i32) (local.get 1))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "dtor") (param i32) (global.set $gone (i32.add (global.get $gone) (local.get 0))))
    (func (export "gone") (result i32) (global.get $gone))
    (func (export "trap") unreachable)
    (func (export "self") (param i32) (result i32) (local.get 0)))
  (core instance $m (instantiate $M))
  (type $R (resource (rep i32) (dtor (core func $m "dtor"))))
  (core func $new (canon resource.new $R))
  (core func $rep (canon resource.rep $R))
  (core module $N
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "take") (param i32) (result i32) (call $rep (local.get 0))))
  (core instance $n (instantiate $N (with "" (instance (export "new" (func $new)) (export "rep" (func $rep))))))
  (func (export "next") (result u32) (canon lift (core func $m "next")))
  (func (export "length") (param "text" string) (result u32)
    (canon lift (core func $m "length") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (func (export "echo") (param "text" string) (result string)
    (canon lift (core func $m "echo") (memory (core memory $m "memory")) (realloc (core func $m "realloc")) string-encoding=utf16))
  (export $r "thing" (type $R))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $n "make")))
  (func (export "take") (param "thing" (own $r)) (result u32) (canon lift (core func $n "take")))
  (func (export "peek") (param "thing" (borrow $r)) (result u32) (canon lift (core func $m "self")))
  (func (export "gone") (result u32) (canon lift (core func $m "gone")))
  (func (export "trap") (canon lift (core func $m "trap")))
  (instance $inner (export "next" (func 0)))
  (export "inner" (instance $inner)))
(component instance $store $Store)

;; functions: state is that of the one instance
(component $user
  (import "store" (instance $s
    (export "next" (func (result u32)))
    (export "length" (func (param "text" string) (result u32)))
    (export "echo" (func (param "text" string) (result string)))
    (export "inner" (instance (export "next" (func (result u32)))))))
  (core module $Libc
    (memory (export "memory") 1)
    (data (i32.const 0) "h\c3\a9llo")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
  (core instance $libc (instantiate $Libc))
  (core func $next (canon lower (func $s "next")))
  (core func $inner (canon lower (func $s "inner" "next")))
  (core func $length (canon lower (func $s "length") (memory (core memory $libc "memory"))))
  (core func $echo (canon lower (func $s "echo") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $M
    (import "" "next" (func $next (result i32)))
    (import "" "inner" (func $inner (result i32)))
    (import "" "length" (func $length (param i32 i32) (result i32)))
    (import "" "echo" (func $echo (param i32 i32 i32)))
    (import "libc" "memory" (memory 1))
    (func (export "twice") (result i32) (drop (call $next)) (call $inner))
    (func (export "length") (result i32) (call $length (i32.const 0) (i32.const 6)))
    (func (export "echo") (result i32) (call $echo (i32.const 0) (i32.const 6) (i32.const 32)) (i32.const 32)))
  (core instance $m (instantiate $M
    (with "" (instance (export "next" (func $next)) (export "inner" (func $inner)) (export "length" (func $length)) (export "echo" (func $echo))))
    (with "libc" (instance $libc))))
  (func (export "twice") (result u32) (canon lift (core func $m "twice")))
  (func (export "length") (result u32) (canon lift (core func $m "length")))
  (func (export "echo") (result string) (canon lift (core func $m "echo") (memory (core memory $libc "memory"))))
  (export "again" (instance $s)))
(assert_return (invoke $user "twice") (u32.const 2))
(assert_return (invoke $store "next") (u32.const 3))
(assert_return (invoke $user "twice") (u32.const 5))
(assert_return (invoke $user "length") (u32.const 6))
(assert_return (invoke $user "echo") (str.const "h\u{e9}llo"))

;; what is exported again is given on
(component $third
  (import "user" (instance $u (export "again" (instance (export "next" (func (result u32)))))))
  (core func $next (canon lower (func $u "again" "next")))
  (core module $M (import "" "next" (func $next (result i32))) (func (export "next") (result i32) (call $next)))
  (core instance $m (instantiate $M (with "" (instance (export "next" (func $next))))))
  (func (export "next") (result u32) (canon lift (core func $m "next"))))
(assert_return (invoke $third "next") (u32.const 6))

;; resources: those who have handles pass them on, who defines the type ends them
(component $holder
  (import "store" (instance $s
    (export "thing" (type $t (sub resource)))
    (export "make" (func (param "rep" u32) (result (own $t))))
    (export "take" (func (param "thing" (own $t)) (result u32)))
    (export "peek" (func (param "thing" (borrow $t)) (result u32)))))
  (alias export $s "thing" (type $t))
  (core func $make (canon lower (func $s "make")))
  (core func $take (canon lower (func $s "take")))
  (core func $peek (canon lower (func $s "peek")))
  (core func $drop (canon resource.drop $t))
  (core module $M
    (import "" "make" (func $make (param i32) (result i32)))
    (import "" "take" (func $take (param i32) (result i32)))
    (import "" "peek" (func $peek (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "round") (param i32) (result i32) (local $h i32)
      (local.set $h (call $make (local.get 0)))
      (i32.add (i32.mul (call $peek (local.get $h)) (i32.const 100)) (call $take (local.get $h))))
    (func (export "drop") (param i32) (call $drop (call $make (local.get 0))))
    (func (export "twice") (local $h i32)
      (local.set $h (call $make (i32.const 1)))
      (drop (call $take (local.get $h)))
      (drop (call $take (local.get $h)))))
  (core instance $m (instantiate $M (with "" (instance
    (export "make" (func $make)) (export "take" (func $take)) (export "peek" (func $peek)) (export "drop" (func $drop))))))
  (func (export "round") (param "rep" u32) (result u32) (canon lift (core func $m "round")))
  (func (export "drop") (param "rep" u32) (canon lift (core func $m "drop")))
  (func (export "twice") (canon lift (core func $m "twice"))))
(assert_return (invoke $holder "round" (u32.const 7)) (u32.const 707))
(assert_return (invoke $store "gone") (u32.const 0))
(assert_return (invoke $holder "drop" (u32.const 40)))
(assert_return (invoke $holder "drop" (u32.const 2)))
(assert_return (invoke $store "gone") (u32.const 42))

;; types of functions are compared, resource types are the instance's
(assert_unlinkable
  (component (import "store" (instance (export "next" (func (result u64))))))
  "on the host it is func() -> u32: type mismatch with result type: expected primitive `u64` found primitive `u32`")
(assert_unlinkable
  (component (import "store" (instance (export "length" (func (param "text" string) (param "more" bool) (result u32))))))
  "expected 2 parameters, found 1")
(assert_unlinkable
  (component (import "store" (instance (export "length" (func (param "word" string) (result u32))))))
  "expected parameter named `word`, found `text`")
(assert_unlinkable
  (component (import "store" (instance (export "inner" (func)))))
  "expected function found instance")
(assert_unlinkable
  (component (import "store" (instance (export "thing" (core module)))))
  "expected module found resource")
(component $other
  (type $R (resource (rep i32)))
  (export "thing" (type $R)))
(assert_unlinkable
  (component
    (import "other" (instance $o (export "thing" (type (sub resource)))))
    (alias export $o "thing" (type $t))
    (import "store" (instance (export "make" (func (param "rep" u32) (result (own $t)))))))
  "resource types are not the same")
(assert_unlinkable
  (component
    (import "other" (instance $o (export "thing" (type (sub resource)))))
    (alias export $o "thing" (type $t))
    (import "store" (instance (export "thing" (type (eq $t))))))
  "mismatched resource types")

;; a trap of who is called is one of who calls, and the other way round
(component instance $mortal $Store)
(component definition $Careless
  (import "mortal" (instance $s (export "trap" (func))))
  (core func $trap (canon lower (func $s "trap")))
  (core module $M (import "" "trap" (func $trap)) (func (export "trap") (call $trap)) (func (export "nothing")))
  (core instance $m (instantiate $M (with "" (instance (export "trap" (func $trap))))))
  (func (export "trap") (canon lift (core func $m "trap")))
  (func (export "nothing") (canon lift (core func $m "nothing"))))
(component instance $careless $Careless)
(component instance $careful $Careless)
(assert_trap (invoke $careless "trap") "unreachable")
(assert_trap (invoke $careless "nothing") "cannot enter component instance")
(assert_trap (invoke $mortal "next") "cannot enter component instance")
(assert_return (invoke $careful "nothing"))
(assert_trap (invoke $careful "trap") "cannot enter component instance")
(assert_return (invoke $store "next") (u32.const 7))
(assert_trap (invoke $holder "twice") "unknown handle index 1")
(assert_trap (invoke $holder "drop" (u32.const 1)) "cannot enter component instance")
(assert_return (invoke $store "gone") (u32.const 42)) ;; what it was to be passed is not its fault

;; core modules and components
(component $lib
  (core module $Seven (func (export "seven") (result i32) (i32.const 7)))
  (core module $Add
    (import "" "seven" (func $seven (result i32)))
    (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (call $seven))))
  (export "add" (core module $Add))
  (export "seven" (core module $Seven))
  ;; who instantiates this does not know what is around it
  (component $Counter
    (alias outer $lib $Seven (core module $Seven))
    (import "start" (func $start (result u32)))
    (core func $start' (canon lower (func $start)))
    (core module $M
      (import "" "start" (func $start (result i32)))
      (import "" "seven" (func $seven (result i32)))
      (global $n (mut i32) (i32.const 0))
      (func (export "dtor") (param i32) (global.set $n (i32.add (global.get $n) (i32.const 1000))))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.add (call $start) (call $seven))))
        (global.get $n)))
    (core instance $seven (instantiate $Seven))
    (core instance $m (instantiate $M (with "" (instance (export "start" (func $start')) (export "seven" (func $seven "seven"))))))
    (type $R (resource (rep i32) (dtor (core func $m "dtor"))))
    (core func $new (canon resource.new $R))
    (export $r "ticket" (type $R))
    (func (export "next") (result u32) (canon lift (core func $m "next")))
    (core module $N (import "" "new" (func $new (param i32) (result i32))) (func (export "buy") (result i32) (call $new (i32.const 5))))
    (core instance $n (instantiate $N (with "" (instance (export "new" (func $new))))))
    (func (export "buy") (result (own $r)) (canon lift (core func $n "buy"))))
  (export "counter" (component $Counter)))

(component $modular
  (import "lib" (instance $lib
    (export "add" (core module (import "" "seven" (func (result i32))) (import "" "unused" (memory 1)) (export "add" (func (param i32) (result i32)))))
    (export "seven" (core module (export "seven" (func (result i32)))))))
  (core instance $seven (instantiate (module $lib "seven")))
  (core module $Memory (memory (export "unused") 1))
  (core instance $memory (instantiate $Memory))
  (core instance $add (instantiate (module $lib "add") (with "" (instance
    (export "unused" (memory $memory "unused")) (export "seven" (func $seven "seven"))))))
  (func (export "add") (param "n" u32) (result u32) (canon lift (core func $add "add"))))
(assert_return (invoke $modular "add" (u32.const 1)) (u32.const 8))
(assert_unlinkable
  (component (import "lib" (instance (export "add" (core module (export "add" (func (param i32) (result i32))))))))
  "missing expected import `::seven`")
(assert_unlinkable
  (component (import "lib" (instance (export "seven" (core module (export "seven" (func (result i64))))))))
  "type mismatch in export `seven`: expected: (func (result i64)), found:    (func (result i32))")

(component $composed
  (import "lib" (instance $lib
    (export "counter" (component
      (import "start" (func (result u32)))
      (export "ticket" (type $t (sub resource)))
      (export "next" (func (result u32)))
      (export "buy" (func (result (own $t))))))))
  (alias export $lib "counter" (component $Counter))
  (component $Start
    (core module $M (func (export "start") (result i32) (i32.const 100)))
    (core instance $m (instantiate $M))
    (func (export "start") (result u32) (canon lift (core func $m "start"))))
  (instance $start (instantiate $Start))
  (instance $a (instantiate $Counter (with "start" (func $start "start"))))
  (instance $b (instantiate $Counter (with "start" (func $start "start"))))
  (alias export $a "ticket" (type $ta))
  (alias export $b "ticket" (type $tb))
  (component $Buyer
    (import "ta" (type $ta (sub resource)))
    (import "tb" (type $tb (sub resource)))
    (import "buy" (func $buy (result (own $ta))))
    (core func $buy' (canon lower (func $buy)))
    (core func $drop-a (canon resource.drop $ta))
    (core func $drop-b (canon resource.drop $tb))
    (core module $M
      (import "" "buy" (func $buy (result i32)))
      (import "" "drop-a" (func $drop-a (param i32)))
      (import "" "drop-b" (func $drop-b (param i32)))
      (func (export "right") (call $drop-a (call $buy)))
      (func (export "wrong") (call $drop-b (call $buy))))
    (core instance $m (instantiate $M (with "" (instance
      (export "buy" (func $buy')) (export "drop-a" (func $drop-a)) (export "drop-b" (func $drop-b))))))
    (func (export "right") (canon lift (core func $m "right")))
    (func (export "wrong") (canon lift (core func $m "wrong"))))
  (instance $buyer (instantiate $Buyer (with "ta" (type $ta)) (with "tb" (type $tb)) (with "buy" (func $a "buy"))))
  (export "a" (func $a "next"))
  (export "b" (func $b "next"))
  (export "right" (func $buyer "right"))
  (export "wrong" (func $buyer "wrong")))
(assert_return (invoke $composed "a") (u32.const 107))
(assert_return (invoke $composed "a") (u32.const 214))
(assert_return (invoke $composed "b") (u32.const 107))
(assert_return (invoke $composed "right"))
(assert_return (invoke $composed "a") (u32.const 1321))
(assert_return (invoke $composed "b") (u32.const 214))
(assert_trap (invoke $composed "wrong") "used with the wrong type, expected guest-defined resource but found a different guest-defined resource")

(assert_unlinkable
  (component (import "lib" (instance (export "counter" (component (export "next" (func (result u32))))))))
  "missing import named `start`")
(assert_unlinkable
  (component (import "lib" (instance (export "counter" (component
    (import "start" (func (result u64))) (export "next" (func (result u32))))))))
  "type mismatch for import `start`: type mismatch with result type: expected primitive `u32` found primitive `u64`")
(assert_unlinkable
  (component (import "lib" (instance (export "counter" (component
    (import "start" (func (result u32))) (export "last" (func (result u32))))))))
  "missing export named `last`")
(assert_unlinkable
  (component
    (import "other" (instance $o (export "thing" (type (sub resource)))))
    (alias export $o "thing" (type $t))
    (import "lib" (instance (export "counter" (component
      (import "start" (func (result u32)))
      (export "ticket" (type $u (eq $t)))
      (export "buy" (func (result (own $u)))))))))
  "resource types are not the same")
(assert_unlinkable
  (component (import "lib" (instance (export "counter" (core module)))))
  "expected module found component")

;; a component that is given modules and components gives them on
(component $between
  (import "lib" (instance $lib
    (export "seven" (core module (export "seven" (func (result i32)))))
    (export "counter" (component (import "start" (func (result u32))) (export "next" (func (result u32)))))))
  (alias export $lib "seven" (core module $Seven))
  (alias export $lib "counter" (component $Counter))
  (component $Both
    (alias outer $between $Seven (core module $Seven))
    (alias outer $between $Counter (component $Counter))
    (component $Start
      (alias outer $Both $Seven (core module $Seven))
      (core instance $m (instantiate $Seven))
      (func (export "start") (result u32) (canon lift (core func $m "seven"))))
    (instance $start (instantiate $Start))
    (instance $c (instantiate $Counter (with "start" (func $start "start"))))
    (export "next" (func $c "next")))
  (export "both" (component $Both))
  (export "counter" (component $Counter)))
(component $last
  (import "between" (instance $b
    (export "both" (component (export "next" (func (result u32)))))
    (export "counter" (component (import "start" (func (result u32))) (export "next" (func (result u32)))))))
  (instance $both (instantiate (component $b "both")))
  (instance $c (instantiate (component $b "counter") (with "start" (func $both "next"))))
  (export "both" (func $both "next"))
  (export "counter" (func $c "next")))
(assert_return (invoke $last "both") (u32.const 14))
(assert_return (invoke $last "counter") (u32.const 35))

;; all that is missing is said
(assert_unlinkable
  (component (import "nobody" (func)) (import "lib" (instance (export "seven" (func)))) (import "no-module" (core module)))
  "3 imports are not met:\n    nobody: func()\n    lib#seven: func(); expected function found module\n    no-module: core module")

;; given_test.go links these
(component definition $Hosted
  (import "m" (core module $M (import "" "base" (func (result i32))) (export "run" (func (result i32)))))
  (import "c" (component $C
    (import "log" (func (param "text" string)))
    (export "greet" (func (result u32)))))
  (import "log" (func $log (param "text" string)))
  (instance $c (instantiate $C (with "log" (func $log))))
  (component $Run
    (import "greet" (func $greet (result u32)))
    (alias outer $Hosted $M (core module $M))
    (core func $greet' (canon lower (func $greet)))
    (core instance $m (instantiate $M (with "" (instance (export "base" (func $greet'))))))
    (func (export "run") (result u32) (canon lift (core func $m "run"))))
  (instance $run (instantiate $Run (with "greet" (func $c "greet"))))
  (export "run" (func $run "run"))
  (export "m" (core module $M)))
(component definition $Greeter
  (import "log" (func $log (param "text" string)))
  (core module $Libc (memory (export "memory") 1) (data (i32.const 8) "hello"))
  (core instance $libc (instantiate $Libc))
  (core func $log' (canon lower (func $log) (memory (core memory $libc "memory"))))
  (core module $M
    (import "" "log" (func $log (param i32 i32)))
    (func (export "greet") (result i32) (call $log (i32.const 8) (i32.const 5)) (i32.const 40)))
  (core instance $m (instantiate $M (with "" (instance (export "log" (func $log'))))))
  (func (export "greet") (result u32) (canon lift (core func $m "greet"))))
(component definition $Again
  (import "shout" (func $shout (param "text" string) (result string)))
  (import "things" (instance $t
    (export "thing" (type $thing (sub resource)))
    (export "[constructor]thing" (func (param "n" u32) (result (own $thing))))))
  (export "shout" (func $shout))
  (export "things" (instance $t)))
(component definition $Loop
  (import "back" (func $back))
  (core func $back' (canon lower (func $back)))
  (core module $M
    (import "" "back" (func $back))
    (func (export "back") (call $back))
    (func (export "spin") (loop $l (br $l)))
    (func (export "nothing")))
  (core instance $m (instantiate $M (with "" (instance (export "back" (func $back'))))))
  (func (export "back") (canon lift (core func $m "back")))
  (func (export "spin") (canon lift (core func $m "spin")))
  (func (export "nothing") (canon lift (core func $m "nothing"))))
(component definition $Caller
  (import "loop" (instance $i (export "nothing" (func)) (export "spin" (func))))
  (core func $nothing (canon lower (func $i "nothing")))
  (core func $spin (canon lower (func $i "spin")))
  (core module $M
    (import "" "nothing" (func $nothing))
    (import "" "spin" (func $spin))
    (func (export "call") (call $nothing))
    (func (export "spin") (call $spin)))
  (core instance $m (instantiate $M (with "" (instance (export "nothing" (func $nothing)) (export "spin" (func $spin))))))
  (func (export "spin") (canon lift (core func $m "spin")))
  (func (export "call") (canon lift (core func $m "call"))))
(component definition $Versions
  (type $I (instance (export "f" (func (result u32))) (export "g" (func (result u32)))))
  (import "a:b/c@0.2.3" (instance $x (type $I)))
  (import "a:b/c@0.2.5" (instance $y (type $I)))
  (import "a:b/c@1.0.0" (instance $z (type $I)))
  (export "x" (instance $x))
  (export "y" (instance $y))
  (export "z" (instance $z)))
(component definition $Canonical
  (import "a:b/c@0.2" (versionsuffix ".3") (instance $x (export "f" (func (result u32)))))
  (export "x" (instance $x)))
