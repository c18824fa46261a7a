;; Types of values and functions.

(component definition
  (type $p u8)
  (type $record (record (field "a" bool) (field "b" $p)))
  (type $variant (variant (case "a") (case "b" $record)))
  (type (list $variant))
  (type (list char 4))
  (type (tuple s8 s16))
  (type (flags "a" "b"))
  (type (enum "a" "b"))
  (type (option string))
  (type (result))
  (type (result u8 (error $record)))
  (type (map string f64))
  (type (stream u8))
  (type (future))
  (type error-context)
  (type (func (param "a" $record) (result $variant)))
  (type (func async (param "a" (option $record)))))

(assert_invalid (component (type (record))) "record type must have at least one field")
(assert_invalid (component (type (variant))) "variant type must have at least one case")
(assert_invalid (component (type (tuple))) "tuple type must have at least one type")
(assert_invalid (component (type (flags))) "flags must have at least one entry")
(assert_invalid (component (type (enum))) "enum type must have at least one variant")
(assert_invalid (component (type (record (field "a" u8) (field "A" u8)))) "record field name `A` conflicts with previous field name `a`")
(assert_invalid (component (type (variant (case "a-b") (case "A-b")))) "conflicts with previous case name `a-b`")
(assert_invalid (component (type (flags "a" "A"))) "flag name `A` conflicts with previous flag name `a`")
(assert_invalid (component (type (enum "a" "A"))) "enum tag name `A` conflicts with previous tag name `a`")
(assert_invalid (component (type (func (param "a" u8) (param "A" u8)))) "conflicts with previous parameter name `a`")
(assert_invalid (component (type (record (field "" u8)))) "record field name cannot be empty")
(assert_invalid (component (type (flags "a b"))) "flag name `a b` is not in kebab case")
(assert_invalid (component (type (list 0))) "unknown type 0: type index out of bounds")
(assert_invalid (component (type (func)) (type (list 0))) "type index 0 is not a defined type")
(assert_invalid (component (type (own 0))) "unknown type 0")
(assert_invalid (component (type u8) (type (borrow 0))) "type index 0 is not a resource type")
(assert_invalid (component (type (list u8 0))) "must have more than zero elements")
(assert_invalid (component (type (list u64 40000000))) "exceeds maximum byte size")
(assert_invalid (component (type $a (list u8 30000)) (type (list $a 30000))) "exceeds maximum byte size")
(assert_invalid (component (type (map f32 u8))) "map key cannot be of type f32")
(assert_invalid (component (type $k (list u8)) (type (map $k u8))) "map key cannot be of type list")
(assert_invalid (component (type (stream char))) "`stream<char>` is not valid")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type $b (borrow $r)) (type (func (result (list $b)))))
  "function result cannot contain a `borrow` type")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type $b (borrow $r)) (type (stream $b)))
  "stream cannot contain a `borrow` type")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type $b (borrow $r)) (type (future (option $b))))
  "future cannot contain a `borrow` type")
(assert_invalid
  (component (type (flags
    "a0" "a1" "a2" "a3" "a4" "a5" "a6" "a7" "a8" "a9" "b0" "b1" "b2" "b3" "b4" "b5" "b6" "b7" "b8" "b9"
    "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "d0" "d1" "d2")))
  "cannot have more than 32 flags")

;; A few bytes make no huge type: each of these is ten of the one before.
(assert_invalid
  (component
    (type $a (tuple u8 u8 u8 u8 u8 u8 u8 u8 u8 u8))
    (type $b (tuple $a $a $a $a $a $a $a $a $a $a))
    (type $c (tuple $b $b $b $b $b $b $b $b $b $b))
    (type $d (tuple $c $c $c $c $c $c $c $c $c $c))
    (type $e (tuple $d $d $d $d $d $d $d $d $d $d))
    (type $f (tuple $e $e $e $e $e $e $e $e $e $e)))
  "effective type size exceeds the limit")
(assert_invalid
  (component
    (type $f (func (param "a" u8) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8) (param "f" u8)))
    (type $a (instance (export "a" (func (type $f))) (export "b" (func (type $f))) (export "c" (func (type $f))) (export "d" (func (type $f))) (export "e" (func (type $f))) (export "f" (func (type $f)))))
    (type $b (instance (export "a" (instance (type $a))) (export "b" (instance (type $a))) (export "c" (instance (type $a))) (export "d" (instance (type $a))) (export "e" (instance (type $a))) (export "f" (instance (type $a)))))
    (type $c (instance (export "a" (instance (type $b))) (export "b" (instance (type $b))) (export "c" (instance (type $b))) (export "d" (instance (type $b))) (export "e" (instance (type $b))) (export "f" (instance (type $b)))))
    (type $d (instance (export "a" (instance (type $c))) (export "b" (instance (type $c))) (export "c" (instance (type $c))) (export "d" (instance (type $c))) (export "e" (instance (type $c))) (export "f" (instance (type $c)))))
    (type $e (instance (export "a" (instance (type $d))) (export "b" (instance (type $d))) (export "c" (instance (type $d))) (export "d" (instance (type $d))) (export "e" (instance (type $d))) (export "f" (instance (type $d)))))
    (type $g (instance (export "a" (instance (type $e))) (export "b" (instance (type $e))) (export "c" (instance (type $e))) (export "d" (instance (type $e))) (export "e" (instance (type $e))) (export "f" (instance (type $e)))))
    (type $h (instance (export "a" (instance (type $g))) (export "b" (instance (type $g))) (export "c" (instance (type $g))) (export "d" (instance (type $g))) (export "e" (instance (type $g))) (export "f" (instance (type $g)))))
    (type $i (instance (export "a" (instance (type $h))) (export "b" (instance (type $h))) (export "c" (instance (type $h))) (export "d" (instance (type $h))) (export "e" (instance (type $h))) (export "f" (instance (type $h))))))
  "effective type size exceeds the limit")
