;; Components that import from the host; component_test.go links and calls them.

(component definition $Imports
  (import "shout" (func $shout (param "text" string) (result string)))
  (import "test:host/things@0.2.3" (instance $things
    (export "thing" (type $thing (sub resource)))
    (export "[constructor]thing" (func (param "n" u32) (result (own $thing))))
    (export "[method]thing.value" (func (param "self" (borrow $thing)) (result u32)))))
  (alias export $things "thing" (type $thing))
  (core module $Libc
    (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $ptr i32)
      (local.set $ptr (i32.and
        (i32.add (global.get $end) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $end (i32.add (local.get $ptr) (local.get $size)))
      (memory.copy (local.get $ptr) (local.get $old) (local.get $old-size))
      (local.get $ptr))
    (func (export "free") (param i32) (global.set $end (i32.const 1024))))
  (core instance $libc (instantiate $Libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $shout' (canon lower (func $shout) (memory $memory) (realloc $realloc)))
  (core func $new (canon lower (func $things "[constructor]thing")))
  (core func $value (canon lower (func $things "[method]thing.value")))
  (core func $drop (canon resource.drop $thing))
  (core module $M
    (import "libc" "memory" (memory 1))
    (import "" "shout" (func $shout (param i32 i32 i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "value" (func $value (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "shout") (param i32 i32) (result i32)
      (call $shout (local.get 0) (local.get 1) (i32.const 16))
      (i32.const 16))
    (func (export "round") (param i32) (result i32)
      (local $handle i32)
      (local.set $handle (call $new (local.get 0)))
      (call $value (local.get $handle))
      (call $drop (local.get $handle)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "drop") (param i32) (call $drop (local.get 0)))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
  (core instance $m (instantiate $M
    (with "libc" (instance $libc))
    (with "" (instance
      (export "shout" (func $shout')) (export "new" (func $new)) (export "value" (func $value)) (export "drop" (func $drop))))))
  (func (export "shout") (param "text" string) (result string)
    (canon lift (core func $m "shout") (memory $memory) (realloc $realloc) (post-return (core func $libc "free"))))
  (func (export "round") (param "n" u32) (result u32) (canon lift (core func $m "round")))
  (func $make (param "n" u32) (result (own $thing)) (canon lift (core func $m "make")))
  (func $drop (param "t" (own $thing)) (canon lift (core func $m "drop")))
  (instance $tools (export "make" (func $make)) (export "drop" (func $drop)))
  (export "tools" (instance $tools))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add")))
)

;; exports what it imports
(component definition $Again
  (import "double" (func $double (param "n" u32) (result u32)))
  (export "again" (func $double)))
