//! The satellite catalogue in its notations.

use alliedsky::format::satcat::{ObjectType, read_satcat};
use alliedsky::format::{MAX_FILE_BYTES, write_omm_csv};
use chrono::NaiveDate;

use super::{as_csv, omm_fields, one};

#[test]
fn satcat_csv_and_json_give_the_same_entries() {
    let csv = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE,LAUNCH_SITE,DECAY_DATE,\
        PERIOD,INCLINATION,APOGEE,PERIGEE,RCS,DATA_STATUS_CODE,ORBIT_CENTER,ORBIT_TYPE\n\
        ISS (ZARYA),1998-067A,25544,PAY,+,ISS,1998-11-20,TYMSC,,92.97,51.63,423,415,399.0524,,EA,ORB\n\
        SPUTNIK 1,1957-001B,2,PAY,D,CIS,10/4/1957,TYMSC,1958-01-03,96.2,65.1,938,214,,,EA,IMP\n\
        BAD,,x,PAY,,,,,,,,,,,,,\n";
    let json = r#"[{"OBJECT_NAME":"ISS (ZARYA)","OBJECT_ID":"1998-067A","NORAD_CAT_ID":25544,"OBJECT_TYPE":"PAY",
        "OPS_STATUS_CODE":"+","OWNER":"ISS","LAUNCH_DATE":"1998-11-20","LAUNCH_SITE":"TYMSC","DECAY_DATE":"",
        "PERIOD":92.97,"INCLINATION":51.63,"APOGEE":423,"PERIGEE":415,"RCS":399.0524,"DATA_STATUS_CODE":null},
        {"SATNAME":"SPUTNIK 1","INTLDES":"1957-001B","NORAD_CAT_ID":"2","OBJECT_TYPE":"PAYLOAD","OPS_STATUS_CODE":"D",
        "COUNTRY":"CIS","LAUNCH":"1957-10-04","SITE":"TYMSC","DECAY":"1958-01-03","PERIOD":"96.2","INCLINATION":"65.1",
        "APOGEE":"938","PERIGEE":"214","RCSVALUE":null},{"OBJECT_TYPE":"PAY","NORAD_CAT_ID":"x"}]"#;
    let batches = [csv, json].map(|text| read_satcat("satcat", text.as_bytes(), MAX_FILE_BYTES).unwrap());
    for batch in &batches {
        assert_eq!((batch.entries.len(), batch.rejected_count, batch.truncated), (2, 1, false));
        assert!(batch.rejected[0].to_string().contains("NORAD_CAT_ID = x"));
    }
    assert_eq!(batches[0].entries, batches[1].entries);
    let (iss, sputnik) = (&batches[0].entries[0], &batches[0].entries[1]);
    assert_eq!((iss.object_type, iss.ops_status, iss.owner.as_str()), (ObjectType::Payload, Some('+'), "ISS"));
    assert_eq!((iss.launch_date, iss.decay_date), (NaiveDate::from_ymd_opt(1998, 11, 20), None));
    assert_eq!((iss.period_min, iss.apogee_km, iss.rcs_m2), (Some(92.97), Some(423.0), Some(399.0524)));
    assert_eq!((sputnik.decay_date, sputnik.rcs_m2), (NaiveDate::from_ymd_opt(1958, 1, 3), None));
    let error = read_satcat("x", write_omm_csv(&[one(&as_csv(&omm_fields()))]).as_bytes(), MAX_FILE_BYTES).unwrap_err();
    assert!(error.to_string().contains("element sets"), "{error}");
}
