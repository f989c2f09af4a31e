//! Which nation sees which place, alone and together.

pub mod figures;
