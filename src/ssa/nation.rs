//! Nations by their ISO 3166-1 codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that names no nation this program knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no nation: expected an ISO 3166 code such as us, jp, kr or USA, JPN, KOR")]
pub struct NationError(pub String);

macro_rules! nations {
    ($($variant:ident $alpha2:literal $alpha3:literal $name:literal [$($owner:literal)*])*) => {
        /// A nation that owns satellites: ISO 3166-1 alpha-2 in files and on the command line, alpha-3 in markings.
        ///
        /// Europe's common agencies stand as `eu` (ISO 3166-1 reserves it), organisations of many nations as `xx` (left
        /// to users by ISO 3166-1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Nation { $(#[doc = $name] $variant,)* }

        impl Nation {
            /// All nations this program knows, by alpha-2.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The alpha-2 code, lower case.
            #[must_use]
            pub const fn alpha2(self) -> &'static str {
                match self { $(Self::$variant => $alpha2,)* }
            }

            /// The alpha-3 code, upper case, as markings write it.
            #[must_use]
            pub const fn alpha3(self) -> &'static str {
                match self { $(Self::$variant => $alpha3,)* }
            }

            /// The short English name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The nation of an OWNER code of the satellite catalogue (CelesTrak's SATCAT sources); `None` for codes of
            /// companies, of two owners and of the undetermined.
            #[must_use]
            pub fn from_satcat_owner(code: &str) -> Option<Self> {
                match code.trim().to_ascii_uppercase().as_str() {
                    $($($owner)|* => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

nations! {
    Ae "ae" "ARE" "United Arab Emirates" ["UAE"]
    Am "am" "ARM" "Armenia" ["ARM"]
    Ao "ao" "AGO" "Angola" ["ANG"]
    Ar "ar" "ARG" "Argentina" ["ARGN"]
    At "at" "AUT" "Austria" ["ASRA"]
    Au "au" "AUS" "Australia" ["AUS"]
    Az "az" "AZE" "Azerbaijan" ["AZER"]
    Bd "bd" "BGD" "Bangladesh" ["BGD"]
    Be "be" "BEL" "Belgium" ["BEL"]
    Bg "bg" "BGR" "Bulgaria" ["BUL"]
    Bh "bh" "BHR" "Bahrain" ["BHR"]
    Bm "bm" "BMU" "Bermuda" ["BERM"]
    Bo "bo" "BOL" "Bolivia" ["BOL"]
    Br "br" "BRA" "Brazil" ["BRAZ"]
    Bt "bt" "BTN" "Bhutan" ["BHUT"]
    Bw "bw" "BWA" "Botswana" ["BWA"]
    By "by" "BLR" "Belarus" ["BELA"]
    Ca "ca" "CAN" "Canada" ["CA"]
    Ch "ch" "CHE" "Switzerland" ["SWTZ"]
    Cl "cl" "CHL" "Chile" ["CHLE"]
    Cn "cn" "CHN" "China" ["PRC"]
    Co "co" "COL" "Colombia" ["COL"]
    Cr "cr" "CRI" "Costa Rica" ["CRI"]
    Cz "cz" "CZE" "Czechia" ["CZCH"]
    De "de" "DEU" "Germany" ["GER"]
    Dj "dj" "DJI" "Djibouti" ["DJI"]
    Dk "dk" "DNK" "Denmark" ["DEN"]
    Dz "dz" "DZA" "Algeria" ["ALG"]
    Ec "ec" "ECU" "Ecuador" ["ECU"]
    Ee "ee" "EST" "Estonia" ["EST"]
    Eg "eg" "EGY" "Egypt" ["EGYP"]
    Es "es" "ESP" "Spain" ["SPN"]
    Et "et" "ETH" "Ethiopia" ["ETH"]
    Eu "eu" "EUE" "Europe (common agencies)" ["ESA" "ESRO" "EUME"]
    Fi "fi" "FIN" "Finland" ["FIN"]
    Fr "fr" "FRA" "France" ["FR"]
    Gb "gb" "GBR" "United Kingdom" ["UK"]
    Gh "gh" "GHA" "Ghana" ["GHA"]
    Gr "gr" "GRC" "Greece" ["GREC"]
    Gt "gt" "GTM" "Guatemala" ["GUAT"]
    Hr "hr" "HRV" "Croatia" ["HRV"]
    Hu "hu" "HUN" "Hungary" ["HUN"]
    Id "id" "IDN" "Indonesia" ["INDO"]
    Ie "ie" "IRL" "Ireland" ["IRL"]
    Il "il" "ISR" "Israel" ["ISRA"]
    In "in" "IND" "India" ["IND" "ISRO"]
    Iq "iq" "IRQ" "Iraq" ["IRAQ"]
    Ir "ir" "IRN" "Iran" ["IRAN"]
    It "it" "ITA" "Italy" ["IT"]
    Jo "jo" "JOR" "Jordan" ["JOR"]
    Jp "jp" "JPN" "Japan" ["JPN"]
    Ke "ke" "KEN" "Kenya" ["KEN"]
    Kp "kp" "PRK" "North Korea" ["NKOR"]
    Kr "kr" "KOR" "South Korea" ["SKOR"]
    Kw "kw" "KWT" "Kuwait" ["KWT"]
    Kz "kz" "KAZ" "Kazakhstan" ["KAZ"]
    La "la" "LAO" "Laos" ["LAOS"]
    Lk "lk" "LKA" "Sri Lanka" ["LKA"]
    Lt "lt" "LTU" "Lithuania" ["LTU"]
    Lu "lu" "LUX" "Luxembourg" ["LUXE"]
    Ma "ma" "MAR" "Morocco" ["MA"]
    Mc "mc" "MCO" "Monaco" ["MCO"]
    Md "md" "MDA" "Moldova" ["MDA"]
    Me "me" "MNE" "Montenegro" ["MNE"]
    Mm "mm" "MMR" "Myanmar" ["MMR"]
    Mn "mn" "MNG" "Mongolia" ["MNG"]
    Mu "mu" "MUS" "Mauritius" ["MUS"]
    Mx "mx" "MEX" "Mexico" ["MEX"]
    My "my" "MYS" "Malaysia" ["MALA"]
    Ng "ng" "NGA" "Nigeria" ["NIG"]
    Ni "ni" "NIC" "Nicaragua" ["NICO"]
    Nl "nl" "NLD" "Netherlands" ["NETH"]
    No "no" "NOR" "Norway" ["NOR"]
    Np "np" "NPL" "Nepal" ["NPL"]
    Nz "nz" "NZL" "New Zealand" ["NZ"]
    Om "om" "OMN" "Oman" ["OMN"]
    Pe "pe" "PER" "Peru" ["PERU"]
    Ph "ph" "PHL" "Philippines" ["RP"]
    Pk "pk" "PAK" "Pakistan" ["PAKI"]
    Pl "pl" "POL" "Poland" ["POL"]
    Pt "pt" "PRT" "Portugal" ["POR"]
    Py "py" "PRY" "Paraguay" ["PRY"]
    Qa "qa" "QAT" "Qatar" ["QAT"]
    Ro "ro" "ROU" "Romania" ["ROM"]
    Ru "ru" "RUS" "Russia" ["CIS"]
    Rw "rw" "RWA" "Rwanda" ["RWA"]
    Sa "sa" "SAU" "Saudi Arabia" ["SAUD"]
    Sd "sd" "SDN" "Sudan" ["SDN"]
    Se "se" "SWE" "Sweden" ["SWED"]
    Sg "sg" "SGP" "Singapore" ["SING"]
    Si "si" "SVN" "Slovenia" ["SVN"]
    Sk "sk" "SVK" "Slovakia" ["SVK"]
    Sn "sn" "SEN" "Senegal" ["SEN"]
    Th "th" "THA" "Thailand" ["THAI"]
    Tn "tn" "TUN" "Tunisia" ["TUN"]
    Tr "tr" "TUR" "Türkiye" ["TURK"]
    Tw "tw" "TWN" "Taiwan" ["ROC" "TWN"]
    Ua "ua" "UKR" "Ukraine" ["UKR"]
    Ug "ug" "UGA" "Uganda" ["UGA"]
    Us "us" "USA" "United States" ["US"]
    Uy "uy" "URY" "Uruguay" ["URY"]
    Va "va" "VAT" "Vatican City" ["VAT"]
    Ve "ve" "VEN" "Venezuela" ["VENZ"]
    Vn "vn" "VNM" "Vietnam" ["VTNM"]
    Xx "xx" "XXX" "International" ["AB" "EUTE" "IM" "ISS" "ITSO" "NATO" "RASC"]
    Za "za" "ZAF" "South Africa" ["SAFR"]
    Zw "zw" "ZWE" "Zimbabwe" ["ZWE"]
}

impl Nation {
    /// The three whose satellites coverage adds up unless told otherwise: the United States, Japan and South Korea.
    pub const ALLIED: [Self; 3] = [Self::Us, Self::Jp, Self::Kr];

    /// The nations whose satellites are watched for when nothing else is said.
    pub const WATCHED: [Self; 3] = [Self::Cn, Self::Ru, Self::Kp];
}

impl FromStr for Nation {
    type Err = NationError;

    /// Alpha-2 or alpha-3, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim();
        Self::ALL
            .iter()
            .find(|nation| code.eq_ignore_ascii_case(nation.alpha2()) || code.eq_ignore_ascii_case(nation.alpha3()))
            .copied()
            .ok_or_else(|| NationError(text.to_owned()))
    }
}

impl TryFrom<String> for Nation {
    type Error = NationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Nation> for String {
    fn from(nation: Nation) -> Self {
        nation.alpha2().to_owned()
    }
}

impl fmt::Display for Nation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.alpha2())
    }
}
