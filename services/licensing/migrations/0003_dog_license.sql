-- The dog license, as New Jersey asks it (N.J.S.A. 4:19-15.1 ff., N.J.A.C. 8:23A-4): form, fee and rules are data.

INSERT INTO license_types (code, name, kind, citation, number_prefix, offered_from)
VALUES ('dog', 'Dog license', 'license', 'N.J.S.A. 4:19-15.2', 'DOG', '2020-01-01');

INSERT INTO forms (license_type_id, form_version, effective_on, schema)
SELECT license_type_id, 1, '2020-01-01', $json${
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Application for a dog license",
  "type": "object",
  "additionalProperties": false,
  "required": ["owner_name", "owner_street", "owner_city", "owner_postal_code", "dog_name", "breed", "sex", "altered",
               "born_on", "color", "hair", "rabies_certificate", "rabies_immune_until"],
  "properties": {
    "owner_name": {"title": "Owner's name", "type": "string", "minLength": 1, "maxLength": 120},
    "owner_street": {"title": "Owner's street address", "type": "string", "minLength": 1, "maxLength": 120},
    "owner_city": {"title": "City", "type": "string", "minLength": 1, "maxLength": 60},
    "owner_postal_code": {"title": "ZIP code", "type": "string", "pattern": "^[0-9]{5}(-[0-9]{4})?$"},
    "owner_phone": {"title": "Telephone", "type": "string", "maxLength": 30},
    "keeper_name": {"title": "Who keeps the dog, if not the owner", "type": "string", "maxLength": 120},
    "dog_name": {"title": "Dog's name", "type": "string", "minLength": 1, "maxLength": 60},
    "breed": {"title": "Breed", "type": "string", "minLength": 1, "maxLength": 60},
    "sex": {"title": "Sex", "enum": ["female", "male"]},
    "altered": {"title": "Spayed or neutered", "type": "boolean"},
    "born_on": {"title": "Born on (or about)", "type": "string", "format": "date"},
    "color": {"title": "Color and markings", "type": "string", "minLength": 1, "maxLength": 120},
    "hair": {"title": "Hair", "enum": ["short", "long"]},
    "rabies_certificate": {"title": "Number of the rabies certificate", "type": "string", "minLength": 1, "maxLength": 60},
    "rabies_immune_until": {"title": "Immune against rabies until", "type": "string", "format": "date"},
    "veterinarian": {"title": "Veterinarian who gave the vaccine", "type": "string", "maxLength": 120},
    "service_dog": {"title": "Guide dog or service dog", "type": "boolean"}
  }
}$json$ FROM license_types WHERE code = 'dog';

INSERT INTO fee_schedules (license_type_id, effective_on, set_by, body)
SELECT license_type_id, '2020-01-01', 'migration', $json${
  "parts": [
    {"kind": "flat", "code": "municipal", "label": "License, the city's part", "amount_cents": 1080,
     "law": {"citation": "N.J.S.A. 4:19-15.12", "least_cents": 150, "most_cents": 2100}},
    {"kind": "flat", "code": "state_tag", "label": "State registration tag", "amount_cents": 100,
     "law": {"citation": "N.J.S.A. 4:19-15.3", "least_cents": 100, "most_cents": 100}},
    {"kind": "flat", "code": "pilot_clinic", "label": "State Pilot Clinic Fund", "amount_cents": 20,
     "law": {"citation": "N.J.S.A. 4:19-15.3c", "least_cents": 20, "most_cents": 20}},
    {"kind": "flat", "code": "not_altered", "label": "Dog not spayed or neutered", "amount_cents": 300,
     "when": {"altered": false},
     "law": {"citation": "N.J.S.A. 4:19-15.3b", "least_cents": 300, "most_cents": 300}}
  ],
  "exemptions": [
    {"when": {"service_dog": true}, "label": "Guide dogs and service dogs are licensed free of charge",
     "citation": "N.J.S.A. 4:19-15.3"}
  ]
}$json$ FROM license_types WHERE code = 'dog';

INSERT INTO rule_sets (license_type_id, effective_on, body)
SELECT license_type_id, '2020-01-01', $json${
  "respond_days": 30,
  "term": {"months": 12, "year_starts": "02-01", "opens_early_days": 60},
  "requirements": [
    {"code": "licensing_age", "label": "The dog is at least seven months old", "citation": "N.J.S.A. 4:19-15.1",
     "severity": "blocking", "check": {"kind": "least_age_months", "field": "born_on", "months": 7},
     "fields": ["born_on"], "reason_code": "below_licensing_age",
     "remedy": "Apply again when the dog is seven months old, or show that it has its permanent teeth.",
     "evidence": "A veterinarian's record with the date of birth.",
     "waiver": "N.J.S.A. 4:19-15.1: a dog with a set of permanent teeth is of licensing age."},
    {"code": "rabies_cover", "label": "Immune against rabies through at least ten months of the licensing year",
     "citation": "N.J.A.C. 8:23A-4.1", "severity": "blocking",
     "check": {"kind": "cover_months", "field": "rabies_immune_until", "months": 10},
     "fields": ["rabies_immune_until", "rabies_certificate"], "reason_code": "rabies_cover_too_short",
     "remedy": "Have the dog vaccinated again and send the new certificate; the vaccine may be given early.",
     "evidence": "A rabies vaccination certificate (NASPHV form 51) signed by a licensed veterinarian.",
     "waiver": "N.J.A.C. 8:23A-4.3: a veterinarian certified that the dog cannot be vaccinated."}
  ],
  "how_to_resubmit": "Correct the items below and hand the form in again, at the counter or online, by the day named. There is no second fee.",
  "whom_to_call": "The licensing desk in the office of the municipal clerk, Monday to Friday, 8:30 to 16:30.",
  "how_to_appeal": "Write to the municipal clerk within 20 days of a denial, and say why you disagree; a person who did not decide it will."
}$json$ FROM license_types WHERE code = 'dog';
