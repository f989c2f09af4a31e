//! Kinds of file are told by their content.

use alliedsky::format::{Foreign, Kind, Notation, ReadOptions, detect, read_elements, unpack};

use super::refused;

#[test]
fn kinds_are_told_by_content() {
    let eop = "DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE\n2018-01-01,58119,.0,.0,.2,0,0,0,0,0,37,O\n";
    let finals = "14 126 56683.00 I  0.024125 0.000014  0.341855 0.000027  I-0.1228909 0.0000039  1.0089 0.0026  I";
    let satcat =
        "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE\nA,1998-067A,1,PAY,+,US,\n";
    for (text, kind) in [
        (eop, Kind::EarthOrientationCsv),
        (finals, Kind::EarthOrientationFinals),
        (satcat, Kind::SatcatCsv),
        ("[{\"OBJECT_NAME\":\"A\",\"NORAD_CAT_ID\":1,\"OBJECT_TYPE\":\"PAY\"}]", Kind::SatcatJson),
        ("[{\"CDM_ID\":\"1\",\"TCA\":null,\"SAT1_OBJECT_TYPE\":\"DEBRIS\"}]", Kind::CdmPublic),
        ("CCSDS_OEM_VERS = 2.0\nCREATION_DATE = x\n", Kind::Oem(Notation::Kvn)),
        ("COMMENT a\nCCSDS_CDM_VERS = 1.0\n", Kind::Cdm(Notation::Kvn)),
        ("CCSDS_TDM_VERS = 2.0\nCREATION_DATE = x\n", Kind::Foreign(Foreign::OtherMessage("TDM".to_owned()))),
        ("<?xml version=\"1.0\"?><cdm id=\"x\">", Kind::Cdm(Notation::Xml)),
        ("<ndm>\n<oem id=\"x\">", Kind::Oem(Notation::Xml)),
        ("<aem id=\"x\">", Kind::Foreign(Foreign::OtherMessage("AEM".to_owned()))),
        ("[{\"CDM_ID\":\"1\",\"CCSDS_CDM_VERS\":\"1.0\",\"SAT1_OBJECT_TYPE\":\"DEBRIS\"}]", Kind::Cdm(Notation::Json)),
        ("NORAD_CAT_ID_1,OBJECT_NAME_1,NORAD_CAT_ID_2,TCA,TCA_RANGE\n1,A,2,x,0.1\n", Kind::SocratesCsv),
        ("[]", Kind::Foreign(Foreign::NoData("[]".to_owned()))),
        (" \n ", Kind::Foreign(Foreign::Empty)),
        ("hello, world", Kind::Foreign(Foreign::Unknown("hello, world".to_owned()))),
    ] {
        assert_eq!(detect(text.as_bytes()), kind, "{text}");
        assert!(read_elements("kind", text.as_bytes(), &ReadOptions::default()).is_err());
    }
    assert!(refused("CCSDS_OEM_VERS = 2.0\n").contains("an OEM ephemeris, not element sets"));
    assert!(refused("CCSDS_CDM_VERS = 1.0\n").contains("a CCSDS CDM message, not element sets"));
    assert!(refused(satcat).contains("satellite catalogue"));
    assert!(refused(finals).contains("Earth orientation"));
}

#[test]
fn archives_are_refused_by_name() {
    assert!(unpack(b"PK\x03\x04....", 1000).unwrap_err().to_string().contains("ZIP"));
    assert!(unpack(&[b'a'; 1001], 1000).unwrap_err().to_string().contains("more than 1000 bytes"));
    assert_eq!(unpack(b"\xef\xbb\xbfabc", 1000).unwrap().as_ref(), b"abc");
}
