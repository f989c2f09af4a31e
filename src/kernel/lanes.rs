//! Which instructions the wide kernels run on.
//!
//! A kernel is written once, as plain loops over slices inside an `#[inline(always)]` function, and instantiated inside
//! functions that enable one set of instructions each: the compiler turns the same text into 8, 4 or 2 lanes of `f64`.
//! The choice is made at run time, so one program runs on every processor of its architecture and is fast where the
//! lanes exist. Calling a function for instructions that a processor may lack is the one thing the compiler cannot
//! check: a [`Form`] other than [`Form::SCALAR`] comes only from a look at the processor, and that is what each call
//! rests on.

/// A set of instructions that a kernel can run on, known to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form(Instructions);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instructions {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Form {
    /// What every processor of the architecture has; no fused multiply-add.
    pub const SCALAR: Self = Self(Instructions::Scalar);

    /// The widest form of this processor.
    #[must_use]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx512() {
                return Self(Instructions::Avx512);
            }
            if has_avx2() {
                return Self(Instructions::Avx2);
            }
        }
        Self::SCALAR
    }

    /// The form of a name ("scalar", "avx2", "avx512"), where this processor has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "scalar" => Some(Self::SCALAR),
            #[cfg(target_arch = "x86_64")]
            "avx2" if has_avx2() => Some(Self(Instructions::Avx2)),
            #[cfg(target_arch = "x86_64")]
            "avx512" if has_avx512() => Some(Self(Instructions::Avx512)),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            Instructions::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => "avx512",
        }
    }

    pub(super) const fn instructions(self) -> Instructions {
        self.0
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
}

/// Multiplication with addition, fused where the instructions have it: without them `f64::mul_add` is a slow call.
pub(super) trait Arithmetic: Copy {
    /// `a * b + c`.
    fn fma(a: f64, b: f64, c: f64) -> f64;
}

/// `a * b + c` in two roundings.
#[derive(Clone, Copy)]
pub(super) struct Plain;

impl Arithmetic for Plain {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a * b + c
    }
}

/// `a * b + c` in one rounding, one instruction.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(super) struct Fused;

#[cfg(target_arch = "x86_64")]
impl Arithmetic for Fused {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
}
