;; Resource types: which are the same, who may define and use them, and what must
;; be visible from outside.

(component definition
  (core module $m (func (export "dtor") (param i32)))
  (core instance $i (instantiate $m))
  (type $r (resource (rep i32) (dtor (core func $i "dtor"))))
  (core func (canon resource.new $r))
  (core func (canon resource.drop $r))
  (core func (canon resource.rep $r))
  (export $s "r" (type $r))
  (core func (canon resource.new $s)))

(assert_invalid
  (component
    (core module $m (func (export "dtor") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (type (resource (rep i32) (dtor (core func $i "dtor")))))
  "wrong signature for a destructor")
(assert_invalid (component (type (resource (rep f32)))) "resources can only be represented by `i32` or `i64`")
(assert_invalid (component (type (component (type (resource (rep i32)))))) "resources can only be defined within a concrete component")
(assert_invalid (component (type (instance (type (resource (rep i32)))))) "resources can only be defined within a concrete component")
(assert_invalid (component (import "r" (type $r (sub resource))) (core func (canon resource.new $r))) "type 0 is not a local resource")
(assert_invalid (component (import "r" (type $r (sub resource))) (core func (canon resource.rep $r))) "type 0 is not a local resource")
(component definition (import "r" (type $r (sub resource))) (core func (canon resource.drop $r)))
(assert_invalid (component (type $t u8) (core func (canon resource.drop $t))) "type index 0 is not a resource type")

;; visibility
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) unreachable))
    (core instance $i (instantiate $m))
    (type $r (resource (rep i32)))
    (func $f (result (own $r)) (canon lift (core func $i "f")))
    (export "f" (func $f)))
  "func not valid to be used as export")
(component definition
  (core module $m (func (export "f") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (type $r (resource (rep i32)))
  (export $e "r" (type $r))
  (func $f (result (own $e)) (canon lift (core func $i "f")))
  (export "f" (func $f)))
(assert_invalid (component (type $t (record (field "a" u8))) (import "f" (func (param "a" $t)))) "func not valid to be used as import")
(assert_invalid (component (type $t (enum "a")) (type $l (list $t)) (import "f" (func (param "a" (option $l))))) "func not valid to be used as import")
(component definition
  (type $t (record (field "a" u8)))
  (import "t" (type $u (eq $t)))
  (import "f" (func (param "a" (list $u)))))
(assert_invalid
  (component (type $t (flags "a")) (type $u (record (field "a" $t))) (export "u" (type $u)))
  "type not valid to be used as export")
(assert_invalid
  (component (type $t (flags "a")) (export $e "t" (type $t)) (import "f" (func (param "a" $e))))
  "func not valid to be used as import")
(assert_invalid
  (component (type $t (variant (case "a"))) (import "i" (instance (export "f" (func (param "a" $t))))))
  "instance not valid to be used as import")

;; each instance has its own
(component definition
  (component $c
    (type $r (resource (rep i32)))
    (export $e "r" (type $r))
    (core module $m (func (export "f") (param i32)))
    (core instance $i (instantiate $m))
    (func $f (param "a" (own $e)) (canon lift (core func $i "f")))
    (export "f" (func $f)))
  (component $d
    (import "r" (type $r (sub resource)))
    (import "f" (func (param "a" (own $r)))))
  (instance $x (instantiate $c))
  (instance $y (instantiate $c))
  (instance (instantiate $d (with "r" (type $x "r")) (with "f" (func $x "f")))))
(assert_invalid
  (component
    (component $c
      (type $r (resource (rep i32)))
      (export $e "r" (type $r))
      (core module $m (func (export "f") (param i32)))
      (core instance $i (instantiate $m))
      (func $f (param "a" (own $e)) (canon lift (core func $i "f")))
      (export "f" (func $f)))
    (component $d
      (import "r" (type $r (sub resource)))
      (import "f" (func (param "a" (own $r)))))
    (instance $x (instantiate $c))
    (instance $y (instantiate $c))
    (instance (instantiate $d (with "r" (type $x "r")) (with "f" (func $y "f")))))
  "resource types are not the same")
(assert_invalid
  (component
    (import "a" (type $a (sub resource)))
    (import "b" (type $b (sub resource)))
    (component $c (import "r" (type $r (sub resource))) (import "s" (type (eq $r))))
    (instance (instantiate $c (with "r" (type $a)) (with "s" (type $b)))))
  "resource types are not the same")
(assert_invalid
  (component
    (type $i (instance (export "r" (type (sub resource)))))
    (import "a" (instance $a (type $i)))
    (import "b" (instance $b (type $i)))
    (alias export $a "r" (type $r))
    (alias export $b "r" (type $s))
    (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "a" (own $r)))))
    (import "f" (func $f (param "a" (own $s))))
    (instance (instantiate $c (with "r" (type $r)) (with "f" (func $f)))))
  "resource types are not the same")
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (type $t u8)
    (component $c (import "r" (type (eq 0))) )
    )
  "unknown type 0")
(assert_invalid
  (component
    (type $t u8)
    (component $c (import "r" (type (sub resource))))
    (instance (instantiate $c (with "r" (type $t)))))
  "expected resource, found defined type")

;; names of types go with what is supplied
(component definition
  (type $t (record (field "a" u8)))
  (import "t" (type $u (eq $t)))
  (component $c
    (type $t (record (field "a" u8)))
    (import "t" (type $u (eq $t)))
    (import "f" (func $f (param "a" $u)))
    (export "g" (func $f)))
  (import "f" (func $f (param "a" $u)))
  (instance $i (instantiate $c (with "t" (type $u)) (with "f" (func $f))))
  (export "g" (func $i "g")))
