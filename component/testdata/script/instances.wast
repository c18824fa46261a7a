;; Instantiation: what is supplied must be what is asked for.

(component definition
  (component $c
    (import "f" (func (param "a" u8)))
    (import "i" (instance (export "g" (func))))
    (import "c" (component (export "x" (func))))
    (import "m" (core module (import "a" "b" (func)) (export "c" (memory 1)))))
  (import "f" (func $f (param "a" u8)))
  (import "i" (instance $i (export "g" (func)) (export "more" (func))))
  (component $d (import "f" (func $f)) (export "x" (func $f)))
  (core module $m (memory (export "c") 2) (func (export "more")))
  (component $e (import "f" (func $f)) (export "x" (func $f)) )
  (component $n (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f"))) (export "x" (func $f)))
  (instance (instantiate $c (with "f" (func $f)) (with "i" (instance $i)) (with "c" (component $n)) (with "m" (core module $m)))))

(assert_invalid (component (instance (instantiate 0))) "unknown component 0: component index out of bounds")
(assert_invalid (component (component $c (import "f" (func))) (instance (instantiate $c))) "missing import named `f`")
(assert_invalid
  (component (import "f" (func $f)) (component $c (import "f" (func))) (instance (instantiate $c (with "f" (func $f)) (with "f" (func $f)))))
  "instantiation argument `f` conflicts with previous argument `f`")
(assert_invalid
  (component (import "f" (func $f)) (component $c (import "f" (instance))) (instance (instantiate $c (with "f" (func $f)))))
  "expected instance, found func")
(assert_invalid
  (component (import "f" (func $f (param "a" u8))) (component $c (import "f" (func (param "b" u8)))) (instance (instantiate $c (with "f" (func $f)))))
  "expected parameter named `b`, found `a`")
(assert_invalid
  (component (import "f" (func $f (param "a" u8))) (component $c (import "f" (func (param "a" u16)))) (instance (instantiate $c (with "f" (func $f)))))
  "type mismatch for import `f`: type mismatch in function parameter `a`: expected primitive `u16` found primitive `u8`")
(assert_invalid
  (component (import "f" (func $f)) (component $c (import "f" (func async))) (instance (instantiate $c (with "f" (func $f)))))
  "expected async function, found sync function")
(assert_invalid
  (component (import "f" (func $f (result u8))) (component $c (import "f" (func))) (instance (instantiate $c (with "f" (func $f)))))
  "expected a result, found none")
(assert_invalid
  (component (import "f" (func $f (param "a" (list u8)))) (component $c (import "f" (func (param "a" (list u8 4))))) (instance (instantiate $c (with "f" (func $f)))))
  "expected list, found list")
(assert_invalid
  (component (import "f" (func $f (param "a" (stream)))) (component $c (import "f" (func (param "a" (stream u8))))) (instance (instantiate $c (with "f" (func $f)))))
  "expected element type, but found none")
(assert_invalid
  (component (import "i" (instance $i)) (component $c (import "i" (instance (export "g" (func))))) (instance (instantiate $c (with "i" (instance $i)))))
  "missing expected export `g`")
(assert_invalid
  (component (component $d (import "f" (func))) (component $c (import "c" (component))) (instance (instantiate $c (with "c" (component $d)))))
  "missing import named `f`")
(assert_invalid
  (component (component $d) (component $c (import "c" (component (export "f" (func))))) (instance (instantiate $c (with "c" (component $d)))))
  "missing export named `f`")

;; modules as imports
(assert_invalid
  (component (core module $m (import "a" "b" (func))) (component $c (import "m" (core module))) (instance (instantiate $c (with "m" (core module $m)))))
  "missing expected import `a::b`")
(assert_invalid
  (component (core module $m) (component $c (import "m" (core module (export "f" (func))))) (instance (instantiate $c (with "m" (core module $m)))))
  "missing expected export `f`")
(assert_invalid
  (component (core module $m (memory (export "a") 1)) (component $c (import "m" (core module (export "a" (memory 2))))) (instance (instantiate $c (with "m" (core module $m)))))
  "mismatch in memory limits")
(assert_invalid
  (component (core module $m (memory (export "a") 1)) (component $c (import "m" (core module (export "a" (memory 1 2))))) (instance (instantiate $c (with "m" (core module $m)))))
  "mismatch in memory limits")
(assert_invalid
  (component (core module $m (global (export "a") i32 (i32.const 0))) (component $c (import "m" (core module (export "a" (global (mut i32)))))) (instance (instantiate $c (with "m" (core module $m)))))
  "global types differ in mutability")

;; bags
(component definition
  (import "f" (func $f))
  (instance $i (export "a" (func $f)) (export "a:b/c" (func $f)))
  (instance $j (export "i" (instance $i)))
  (alias export $j "i" (instance $k))
  (alias export $k "a" (func $g))
  (export "g" (func $g)))
(assert_invalid (component (instance (export "a" (func 0)))) "unknown function 0: function index out of bounds")
(assert_invalid (component (import "i" (instance $i)) (alias export $i "a" (func))) "instance 0 has no export named `a`")
(assert_invalid (component (import "i" (instance $i (export "a" (func)))) (alias export $i "a" (type))) "export `a` for instance 0 is not a type")

;; exports with types
(component definition
  (import "i" (instance $i (export "a" (func)) (export "b" (func))))
  (export "i" (instance $i) (instance (export "a" (func)))))
(assert_invalid
  (component (import "f" (func $f)) (export "f" (func $f) (func (param "a" u8))))
  "ascribed type of export is not compatible")
