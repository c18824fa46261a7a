;; One component calls another, as often as it is asked to. There are three core
;; modules.
(component
  (component $callee
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "length") (param i32 i32) (result i32) (local.get 1)))
    (core instance $i (instantiate $m))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
    (func (export "length") (param "text" string) (result u32)
      (canon lift (core func $i "length") (memory $i "memory") (realloc (func $i "realloc")))))
  (component $caller
    (import "add" (func $add (param "a" u32) (param "b" u32) (result u32)))
    (import "length" (func $length (param "text" string) (result u32)))
    (core module $libc
      (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $add (canon lower (func $add)))
    (core func $length (canon lower (func $length) (memory $libc "memory")))
    (core module $m
      (import "callee" "add" (func $add (param i32 i32) (result i32)))
      (import "callee" "length" (func $length (param i32 i32) (result i32)))
      ;; The sum of ones, by so many calls.
      (func (export "sum") (param $n i32) (result i32)
        (local $sum i32)
        (loop $again
          (local.set $sum (call $add (local.get $sum) (i32.const 1)))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum))
      ;; The lengths of so many strings of 1 KiB.
      (func (export "lengths") (param $n i32) (result i32)
        (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $length (i32.const 2048) (i32.const 1024))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum)))
    (core instance $i (instantiate $m
      (with "callee" (instance (export "add" (func $add)) (export "length" (func $length))))))
    (func (export "sum") (param "times" u32) (result u32) (canon lift (core func $i "sum")))
    (func (export "lengths") (param "times" u32) (result u32) (canon lift (core func $i "lengths"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller
    (with "add" (func $callee "add"))
    (with "length" (func $callee "length"))))
  (export "sum" (func $caller "sum"))
  (export "lengths" (func $caller "lengths")))
