;; Core modules, their instances and types.

(component definition
  (core module $m
    (import "a" "f" (func (param i32)))
    (import "a" "t" (table 1 funcref))
    (import "b" "g" (global i64)))
  (core module $n (func (export "f") (param i32)) (table (export "t") 2 3 funcref) (global (export "g") i64 (i64.const 0)))
  (core instance $i (instantiate $n))
  (alias core export $i "g" (core global $g))
  (core instance $b (export "g" (global $g)))
  (core instance (instantiate $m (with "a" (instance $i)) (with "b" (instance $b)))))

(assert_invalid (component (core instance (instantiate 0))) "unknown module 0: module index out of bounds")
(assert_invalid (component (core module $m (import "a" "b" (func))) (core instance (instantiate $m))) "missing module instantiation argument named `a`")
(assert_invalid
  (component (core module $m (import "a" "b" (func))) (core instance $i) (core instance (instantiate $m (with "a" (instance $i)))))
  "module instantiation argument `a` does not export an item named `b`")
(assert_invalid
  (component (core module $n (func (export "b") (param i32))) (core instance $i (instantiate $n))
    (core module $m (import "a" "b" (func))) (core instance (instantiate $m (with "a" (instance $i)))))
  "type mismatch for export `b` of module instantiation argument `a`: expected: (func), found:    (func (param i32))")
(assert_invalid
  (component (core module $n (memory (export "b") 1)) (core instance $i (instantiate $n))
    (core module $m (import "a" "b" (func))) (core instance (instantiate $m (with "a" (instance $i)))))
  "expected func, found memory")
(assert_invalid
  (component (core module $n (table (export "b") 1 externref)) (core instance $i (instantiate $n))
    (core module $m (import "a" "b" (table 1 funcref))) (core instance (instantiate $m (with "a" (instance $i)))))
  "expected table element type funcref, found externref")
(assert_invalid
  (component (core module $n (table (export "b") 1 funcref)) (core instance $i (instantiate $n))
    (core module $m (import "a" "b" (table 1 1 funcref))) (core instance (instantiate $m (with "a" (instance $i)))))
  "mismatch in table limits")
(assert_invalid
  (component (core module $m) (core instance $i (instantiate $m)) (core instance (instantiate $m (with "a" (instance $i)) (with "a" (instance $i)))))
  "duplicate module instantiation argument named `a`")
(assert_invalid (component (core module (import "a" "b" (func)) (import "a" "b" (func)))) "duplicate import name `a:b`")
(assert_invalid (component (core module $m) (core instance $i (instantiate $m)) (alias core export $i "a" (core func))) "core instance 0 has no export named `a`")
(assert_invalid
  (component (core module $m (memory (export "a") 1)) (core instance $i (instantiate $m)) (alias core export $i "a" (core func)))
  "export `a` for core instance 0 is not a func")
(assert_invalid (component (core instance (export "a" (func 0)))) "unknown core function 0: core function index out of bounds")
(assert_invalid
  (component (core module $m (func (export "a"))) (core instance $i (instantiate $m))
    (core instance (export "a" (func $i "a")) (export "a" (func $i "a"))))
  "export name `a` already defined")
(assert_malformed (component binary "\00asm\0d\00\01\00" "\01\0b\00asm\01\00\00\00\01\01\60") "section type: count 96")
(assert_invalid (component binary "\00asm\0d\00\01\00" "\01\0c\00asm\01\00\00\00\05\02\ff\7f") "count")

;; types of modules
(component definition
  (core type $f (func (param i32)))
  (core type (module
    (alias outer 1 $f (type $g))
    (type $h (func))
    (import "a" "b" (func (type $g)))
    (export "c" (func (type $h))))))
(assert_invalid (component (core type (module (import "a" "b" (func (type 0)))))) "unknown type 0")
(assert_invalid (component (core type (module (export "a" (func)) (export "a" (func))))) "export name `a` already defined")
(assert_invalid (component (core type $m (module)) (core type (module (alias outer 1 $m (type))))) "aliasing core module types")
(assert_invalid (component (core type (module (alias outer 2 0 (type))))) "invalid outer alias count of 2")
(assert_invalid (component (core type $f (func)) (import "m" (core module (type $f)))) "core type index 0 is not a module type")
