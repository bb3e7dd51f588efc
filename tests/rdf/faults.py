"""For each shape, faults that it must find: which made quads, and what is done to the nodes that it looks at."""

from dataclasses import dataclass
from enum import StrEnum

from give_ld.rdf.namespaces import (
    DCT,
    EBUCORE,
    EDTF,
    EVENT_AGENT_ROLE,
    HA_OBJECT,
    ITSRDF,
    NIF,
    OA,
    ORG,
    PREMIS,
    PROV,
    RDF,
    RDFS,
    RELATIONSHIP,
    SCHEMA,
    SKOS,
)
from give_ld.rdf.terms import clock, decimal, integer, iri, literal, typed
from tests.factories import BASE, MINT, PARTNER, PERSON, a_run

GLD = f"{BASE}/ns#"
NOTHING = "<urn:nothing>"
TEXT = literal("a text")
TRUE, FALSE = (typed(value, "http://www.w3.org/2001/XMLSchema#boolean") for value in ("true", "false"))
APPROVED_AT = typed("2026-03-02T08:30:21Z", "http://www.w3.org/2001/XMLSchema#dateTime")


class Deed(StrEnum):
    """What is done to a property: all values taken away, another added, or all exchanged for one."""

    DROP = "drop"
    ADD = "add"
    SET = "set"


@dataclass(frozen=True)
class Fault:
    """A deed on a property of made quads. `made` names them in `everything()`, or in `published()` where `public`."""

    made: str
    deed: Deed
    predicate: str
    value: str = ""
    public: bool = False


def _drop(made: str, predicate: str) -> Fault:
    return Fault(made, Deed.DROP, predicate)


def _add(made: str, predicate: str, value: str) -> Fault:
    return Fault(made, Deed.ADD, predicate, value)


def _set(made: str, predicate: str, value: str) -> Fault:
    return Fault(made, Deed.SET, predicate, value)


def _public(deed: Deed, predicate: str, value: str = "") -> Fault:
    return Fault("mention", deed, predicate, value, public=True)


SERIES = iri(MINT.item(PARTNER, "series0001"))
UNCALIBRATED = iri(MINT.calibrator(None))
FAULTS: dict[str, list[Fault]] = {
    # annotation
    "AnnotationType": [_drop("mention", f"{EBUCORE}annotationType"), _set("mention", f"{EBUCORE}annotationType", TEXT)],
    "AnnotationMotivation": [_set("mention", f"{OA}motivatedBy", NOTHING), _drop("mention", f"{OA}motivatedBy")],
    "AnnotationItem": [_add("mention", f"{GLD}item", NOTHING), _set("mention", f"{GLD}item", TEXT)],
    "AnnotationFile": [_set("mention", f"{EBUCORE}hasAnnotationTarget", NOTHING)],
    "AnnotationFragment": [
        _set("mention", f"{EBUCORE}isAnnotatedMediaResource", NOTHING),
        _set("mention", f"{OA}hasTarget", NOTHING),
    ],
    "AnnotationSubject": [
        _set("mention", f"{EBUCORE}hasAnnotationRelatedArtefact", TEXT),
        _set("mention", f"{OA}hasBody", NOTHING),
    ],
    "AnnotationConfidence": [
        _set("mention", f"{EBUCORE}annotationConfidence", decimal(1.2)),
        _set("mention", f"{EBUCORE}annotationConfidence", decimal(-0.1)),
        _set("mention", f"{EBUCORE}annotationConfidence", typed("9.4e-1", "http://www.w3.org/2001/XMLSchema#double")),
        _add("mention", f"{EBUCORE}annotationConfidence", decimal(0.5)),
    ],
    "AnnotationRawScore": [
        _set("mention", f"{GLD}rawScore", TEXT),
        _add("mention", f"{GLD}rawScore", decimal(0.5)),
    ],
    "ScoreOrUnstated": [
        _drop("mention", f"{GLD}rawScore"),
        _set("transcript from elsewhere", f"{GLD}scoreKind", iri(f"{BASE}/id/score-kind/linker-score")),
    ],
    "AnnotationScoreKind": [_set("mention", f"{GLD}scoreKind", NOTHING)],
    "AnnotationCalibrator": [_add("mention", f"{GLD}calibrator", UNCALIBRATED)],
    "CalibratorIsDescribed": [_set("mention", f"{GLD}calibrator", NOTHING)],
    "ConfidenceOrUncalibrated": [_drop("mention", f"{EBUCORE}annotationConfidence")],
    "ConfidenceIsCalibrated": [_set("mention", f"{GLD}calibrator", UNCALIBRATED)],
    "AnnotationRun": [
        _set("mention", f"{PROV}wasGeneratedBy", NOTHING),
        _set("human mention", f"{PROV}wasGeneratedBy", NOTHING),
        _add("mention", f"{PROV}wasGeneratedBy", NOTHING),
    ],
    "RunOrOrganisation": [_drop("mention", f"{PROV}wasGeneratedBy"), _public(Deed.DROP, f"{PROV}wasGeneratedBy")],
    "DecidedOrigin": [
        _drop("human mention", f"{PROV}wasGeneratedBy"),
        _drop("approved face match", f"{PROV}wasGeneratedBy"),
    ],
    "AnnotationAgent": [
        _drop("mention", f"{PROV}wasAttributedTo"),
        _drop("human mention", f"{PROV}wasAttributedTo"),
        _add("mention", f"{PROV}wasAttributedTo", NOTHING),
    ],
    "AgentIsDescribed": [
        _set("mention", f"{PROV}wasAttributedTo", NOTHING),
        _set("human mention", f"{PROV}wasAttributedTo", NOTHING),
        _set("mention", f"{PROV}wasAttributedTo", f"<{PERSON}>"),
    ],
    "AnnotationDisputed": [_set("disputed face match", f"{GLD}disputed", FALSE)],
    "SupersededBy": [_set("superseded mention", f"{GLD}status", iri(f"{BASE}/id/status/proposed"))],
    # human
    "HumanAgent": [_set("human mention", f"{PROV}wasAttributedTo", iri(MINT.agent(a_run().agent)))],
    "HumanScoreKind": [_set("human mention", f"{GLD}scoreKind", iri(f"{BASE}/id/score-kind/linker-score"))],
    "HumanScore": [_set("human mention", f"{GLD}rawScore", decimal(0.9)), _drop("human mention", f"{GLD}rawScore")],
    "HumanConfidence": [
        _set("human mention", f"{EBUCORE}annotationConfidence", decimal(0.9)),
        _drop("human mention", f"{EBUCORE}annotationConfidence"),
    ],
    "HumanCalibrator": [_set("human mention", f"{GLD}calibrator", UNCALIBRATED)],
    "HumanIsDecided": [_set("human mention", f"{GLD}status", iri(f"{BASE}/id/status/proposed"))],
    "AnnotationTime": [_set("mention", f"{PROV}generatedAtTime", TEXT)],
    "TimeOrUnstated": [_drop("mention", f"{PROV}generatedAtTime")],
    "AnnotationStatus": [_set("mention", f"{GLD}status", NOTHING), _add("mention", f"{GLD}status", NOTHING)],
    "AnnotationValidation": [_add("mention", f"{GLD}validatedIn", TEXT)],
    "AnnotationCuration": [_set("approved face match", f"{EBUCORE}annotationCurationDateTime", TEXT)],
    # fragment
    "FragmentFile": [_set("mention", f"{EBUCORE}isMediaFragmentOf", NOTHING)],
    "FragmentStart": [_set("mention", f"{SCHEMA}startTime", clock(9_000)), _set("mention", f"{SCHEMA}startTime", TEXT)],
    "FragmentEnd": [_add("mention", f"{SCHEMA}endTime", clock(9_000))],
    "FragmentX": [_set("face match", f"{EBUCORE}regionDelimX", integer(-1))],
    "FragmentY": [_set("face match", f"{EBUCORE}regionDelimY", integer(-1))],
    "FragmentWidth": [_set("face match", f"{EBUCORE}width", integer(0))],
    "FragmentHeight": [_set("face match", f"{EBUCORE}height", integer(0))],
    "FragmentBounds": [
        _drop("mention", f"{SCHEMA}startTime"),
        _drop("face match somewhere", f"{GLD}unstated"),
    ],
    "FragmentUnstated": [_add("face match somewhere", f"{GLD}unstated", f"<{SCHEMA}endTime>")],
    # face
    "FaceMatchType": [_set("face match", f"{EBUCORE}annotationType", NOTHING)],
    "FaceMatchPerson": [_set("face match", f"{EBUCORE}hasAnnotationRelatedArtefact", NOTHING)],
    "FaceMatchAgent": [_set("face match", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "UnknownFaceType": [_set("unknown face", f"{EBUCORE}annotationType", NOTHING)],
    "UnknownFaceCluster": [_set("unknown face", f"{EBUCORE}hasAnnotationRelatedArtefact", NOTHING)],
    "UnknownFaceAgent": [_add("unknown face", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "FaceClusterMember": [_drop("unknown face", f"{PROV}hadMember"), _set("unknown face", f"{PROV}hadMember", NOTHING)],
    "FaceClusterIsNobody": [_add("unknown face", f"{RDF}type", f"<{SCHEMA}Person>")],
    # mention
    "MentionType": [_set("mention", f"{EBUCORE}annotationType", iri(f"{BASE}/id/annotation-type/transcript"))],
    "MentionText": [_set("mention", f"{NIF}anchorOf", literal("")), _drop("mention", f"{NIF}anchorOf")],
    "MentionContext": [_set("mention", f"{NIF}referenceContext", NOTHING)],
    "MentionBegin": [
        _set("mention", f"{NIF}beginIndex", integer(20)),
        _set("mention", f"{NIF}beginIndex", integer(-1)),
    ],
    "MentionEnd": [_set("mention", f"{NIF}endIndex", TEXT)],
    "MentionSource": [_drop("mention", f"{PROV}wasDerivedFrom")],
    "MentionAgent": [_add("mention of a person", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "MentionCandidate": [_set("mention", f"{GLD}hasCandidate", NOTHING)],
    "LinkCandidateEntity": [_set("mention", f"{SCHEMA}item", TEXT)],
    "LinkCandidateLabel": [_add("mention", f"{RDFS}label", TEXT)],
    "LinkCandidateNamed": [_drop("mention", f"{RDFS}label")],
    "LinkCandidateRank": [_set("mention", f"{SCHEMA}position", integer(0))],
    "LinkCandidateScore": [_drop("mention", f"{GLD}rawScore")],
    "EntityCandidateLabel": [_set("mention without entity", f"{RDFS}label", TEXT)],
    "EntityName": [_drop("mention", f"{SCHEMA}name"), _set("mention", f"{SCHEMA}name", TEXT)],
    # speaker
    "SpeakerType": [_set("speaker segment", f"{EBUCORE}annotationType", NOTHING)],
    "SpeakerVoice": [_set("speaker segment", f"{EBUCORE}hasAnnotationRelatedArtefact", NOTHING)],
    "SpeakerAgent": [_add("speaker segment", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "SpeakerSpan": [_set("speaker segment", f"{EBUCORE}isAnnotatedMediaResource", NOTHING)],
    "SpeakerWords": [_add("speaker segment", f"{SCHEMA}text", TEXT), _add("speaker segment", f"{NIF}anchorOf", TEXT)],
    "VoiceClusterMember": [
        _drop("speaker segment", f"{PROV}hadMember"),
        _set("speaker segment", f"{PROV}hadMember", NOTHING),
    ],
    "VoiceClusterIsNobody": [_add("speaker segment", f"{RDF}type", f"<{SCHEMA}Person>")],
    # tag
    "TagAnnotationType": [_set("tag", f"{EBUCORE}annotationType", NOTHING)],
    "TagSort": [
        _drop("tag", f"{GLD}tagType"),
        _set("tag", f"{GLD}tagType", literal("two words")),
        _add("tag", f"{GLD}tagType", literal("scene")),
    ],
    "TagText": [_drop("tag", f"{SCHEMA}text"), _set("tag", f"{SCHEMA}text", literal(""))],
    "TagConcept": [_set("tag", f"{EBUCORE}hasAnnotationRelatedArtefact", NOTHING)],
    "TagAgent": [_add("tag", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "ConceptLabel": [_drop("tag", f"{SKOS}prefLabel"), _set("tag", f"{SKOS}prefLabel", TEXT)],
    # transcript
    "TranscriptType": [_set("transcript", f"{EBUCORE}annotationType", NOTHING)],
    "TranscriptText": [_set("transcript", f"{EBUCORE}hasAnnotationRelatedArtefact", NOTHING)],
    "TranscriptAgent": [_add("transcript", f"{EBUCORE}hasAnnotationRelatedAgent", NOTHING)],
    "TextContent": [
        _add("transcript", f"{SCHEMA}transcript", TEXT),
        _set("transcript", f"{SCHEMA}transcript", literal("")),
    ],
    "TextName": [_drop("transcript", f"{SCHEMA}name")],
    "TextLanguage": [_drop("transcript", f"{SCHEMA}inLanguage")],
    "TextItem": [_set("transcript", f"{HA_OBJECT}isTranscriptionCopyOf", NOTHING)],
    "TextFile": [_set("transcript", f"{RELATIONSHIP}inc", NOTHING)],
    "TextAgent": [_drop("transcript", f"{PROV}wasAttributedTo")],
    "TextAgentIsDescribed": [
        _set("transcript", f"{PROV}wasAttributedTo", NOTHING),
        _set("human transcript", f"{PROV}wasAttributedTo", NOTHING),
    ],
    "TextSource": [_drop("transcript", f"{PROV}wasDerivedFrom")],
    # run
    "ActivityStart": [
        _add("run", f"{PROV}startedAtTime", APPROVED_AT),
        _set("run", f"{PROV}startedAtTime", typed("2027-01-01T00:00:00Z", "http://www.w3.org/2001/XMLSchema#dateTime")),
    ],
    "ActivityEnd": [_set("run", f"{PROV}endedAtTime", TEXT)],
    "ActivityTimesOrUnstated": [
        _drop("run", f"{PROV}startedAtTime"),
        _drop("run", f"{PROV}endedAtTime"),
        _drop("run from elsewhere", f"{GLD}unstated"),
        _add("run from elsewhere", f"{PROV}endedAtTime", APPROVED_AT),
        _drop("validation", f"{PROV}startedAtTime"),
    ],
    "ActivityAgent": [_drop("run", f"{PROV}wasAssociatedWith")],
    "ActivityGenerated": [_add("run", f"{PROV}generated", NOTHING)],
    "RunOutcome": [_set("run", f"{PREMIS}outcome", NOTHING)],
    "RunNote": [_add("linking run", f"{PREMIS}outcomeNote", TEXT)],
    "RunInput": [_drop("run", f"{PROV}used")],
    "RunOrganisation": [_add("run", f"{EVENT_AGENT_ROLE}imp", NOTHING)],
    "RunAgent": [_set("run", f"{EVENT_AGENT_ROLE}exe", NOTHING)],
    "RunParameters": [_set("run", f"{GLD}parameters", TEXT)],
    "RunPolicy": [_add("run", f"{GLD}processingPolicy", TEXT)],
    "RunEnergy": [_set("run", f"{GLD}energyWh", decimal(-1))],
    # agent, calibrator
    "SoftwareName": [_set("run", f"{SCHEMA}name", TEXT), _add("run", f"{SCHEMA}name", literal("another", "en"))],
    "SoftwareVersion": [_add("run", f"{SCHEMA}version", TEXT)],
    "SoftwareVersionOrUnstated": [_drop("run", f"{SCHEMA}version")],
    "SoftwareModel": [_add("run", f"{SCHEMA}model", TEXT)],
    "SoftwareModelOrUnstated": [
        _drop("run", f"{SCHEMA}model"),
        _drop("run", f"{GLD}modelDigest"),
        _drop("run from elsewhere", f"{GLD}unstated"),
        _add("run from elsewhere", f"{SCHEMA}model", TEXT),
    ],
    "SoftwareWeights": [_set("run", f"{GLD}modelDigest", literal("md5:1"))],
    "OrganisationIdentifier": [_set("partner", f"{ORG}identifier", literal("OR-1"))],
    "OrganisationName": [_drop("partner", f"{SKOS}prefLabel")],
    "CalibratorLabel": [_drop("run", f"{RDFS}label")],
    "CalibratorSoftware": [_set("run", f"{GLD}calibrates", NOTHING)],
    "CalibratorWeights": [_add("run", f"{GLD}modelDigest", literal("sha256:" + "0" * 64))],
    "CalibratorScore": [_drop("run", f"{GLD}scoreKind")],
    "CalibratorMethod": [_drop("run", f"{GLD}method")],
    "CalibratorExamples": [_drop("run", f"{GLD}fittedOn")],
    "CalibratorWeightsOrHuman": [_drop("run", f"{GLD}modelDigest")],
    "CalibratorCount": [_set("run", f"{GLD}fittedCount", integer(-1)), _add("run", f"{GLD}fittedCount", integer(7))],
    "CalibratorCountOrHuman": [_set("run", f"{GLD}fittedCount", integer(0))],
    "CalibratorDate": [_set("run", f"{DCT}created", TEXT)],
    # validation
    "ValidationDecision": [_set("validation", f"{GLD}decision", iri(f"{BASE}/id/status/proposed"))],
    "UndoDecision": [_set("undo", f"{GLD}decision", NOTHING)],
    "UndoOf": [_drop("undo", f"{GLD}undoes")],
    "ValidationVerdict": [_drop("validation", f"{GLD}verdict"), _add("validation", f"{GLD}verdict", TEXT)],
    "ValidationGround": [_set("disagree", f"{GLD}decisionReason", NOTHING)],
    "ValidationSubject": [_drop("validation", f"{PROV}used"), _drop("undo", f"{PROV}used")],
    "ValidationAssociation": [_set("validation", f"{PROV}qualifiedAssociation", NOTHING)],
    "ValidationReason": [_add("validation", f"{RDFS}comment", TEXT)],
    "AssociationUser": [_set("validation", f"{PROV}agent", NOTHING)],
    "AssociationRole": [_set("validation", f"{PROV}hadRole", f"<{GLD}Pipeline>")],
    "UserOrganisation": [_drop("validation", f"{ORG}memberOf")],
    "UserIsNoAgent": [_set("validation", f"{PROV}wasAssociatedWith", iri(MINT.user("archivist-1")))],
    "UserIsOpaque": [_add("validation", f"{SCHEMA}name", TEXT), _add("validation", f"{SCHEMA}email", TEXT)],
    # details
    "GuessMargin": [_add("face match", f"{GLD}margin", decimal(0.5)), _set("face match", f"{GLD}margin", TEXT)],
    "GuessSamples": [_set("face match", f"{GLD}samples", integer(0))],
    "GuessPerson": [_add("mention of a reference person", f"{GLD}statedPerson", NOTHING)],
    "GuessEntity": [_set("mention of a reference person", f"{ITSRDF}taIdentRef", NOTHING)],
    "TranscriptLanguageProbability": [_set("transcript", f"{GLD}languageProbability", decimal(1.5))],
    "TextDigest": [_set("mention", f"{SCHEMA}sha256", TEXT)],
    "RunItem": [_drop("run", f"{GLD}item")],
    "RunUsage": [_set("run", f"{PROV}qualifiedUsage", NOTHING), _drop("run", f"{PROV}qualifiedUsage")],
    "UsageFile": [_set("run", f"{PROV}entity", NOTHING)],
    "UsageName": [_set("run", f"{EBUCORE}filename", literal("a/path.mp4")), _add("run", f"{EBUCORE}filename", TEXT)],
    "UsageArchiveId": [_set("run on a file that nobody saw", f"{DCT}identifier", literal(""))],
    "UsageDuration": [_set("run", f"{SCHEMA}duration", TEXT)],
    "ModelFileName": [_drop("run", f"{RDFS}label")],
    "ModelFileDigest": [_set("run", f"{GLD}modelDigest", literal("md5:1"))],
    "ModelFileLicence": [_drop("run", f"{DCT}rights")],
    "CalibratorIntercept": [_drop("run", f"{GLD}intercept")],
    "CalibratorScoreWeight": [_set("run", f"{GLD}scoreWeight", TEXT)],
    "CalibratorMarginWeight": [_drop("run", f"{GLD}marginWeight")],
    "CalibratorLoneMargin": [_drop("run", f"{GLD}loneMargin")],
    # item
    "ItemIdentifier": [_drop("item", f"{SCHEMA}identifier")],
    "ItemName": [_set("item", f"{SCHEMA}name", TEXT)],
    "ItemFormat": [_set("item", f"{DCT}format", TEXT)],
    "ItemOwner": [_add("item", f"{SCHEMA}maintainer", NOTHING)],
    "ItemLicence": [_add("item", f"{SCHEMA}license", TEXT)],
    "ItemSource": [_set("item", f"{PROV}wasDerivedFrom", NOTHING)],
    "ItemDate": [_set("item", f"{SCHEMA}dateCreated", TEXT)],
    "ItemCollection": [_add("item", f"{GLD}collection", TEXT)],
    "ItemLocalIdentifier": [_set("item", f"{PREMIS}identifier", NOTHING)],
    "LocalIdentifierValue": [_drop("item", f"{RDF}value"), _set("item", f"{RDF}value", literal(""))],
    "ItemSameAs": [_add("item", f"{SCHEMA}sameAs", TEXT)],
    "ItemPartOf": [_add("item", f"{DCT}isPartOf", NOTHING), _add("item", f"{DCT}hasPart", SERIES)],
    "ItemParts": [_add("item", f"{DCT}hasPart", TEXT)],
    "FileType": [_set("run", f"{EBUCORE}hasMimeType", TEXT), _add("run", f"{EBUCORE}hasMimeType", literal("a/b"))],
    "FileTypeOrUnstated": [
        _drop("run", f"{EBUCORE}hasMimeType"),
        _drop("run on a file that nobody saw", f"{GLD}unstated"),
    ],
    "FileFixity": [_set("run", f"{PREMIS}fixity", NOTHING)],
    "FixityValue": [_set("run", f"{RDF}value", TEXT)],
    # person
    "PersonName": [_set("person", f"{SCHEMA}name", TEXT)],
    "PersonGivenName": [_drop("person", f"{SCHEMA}givenName")],
    "PersonFamilyName": [_drop("person", f"{SCHEMA}familyName")],
    "PersonAdmission": [_drop("person", f"{GLD}admittedIn"), _set("person", f"{GLD}admittedIn", NOTHING)],
    "PersonPhotos": [_set("person", f"{GLD}photoCount", integer(0))],
    "PersonWikidata": [_set("person", f"{SCHEMA}sameAs", NOTHING)],
    "PersonBirth": [_set("person", f"{SCHEMA}birthDate", TEXT)],
    "PersonDeath": [_add("person", f"{SCHEMA}deathDate", typed("1935", f"{EDTF}EDTF-level1"))],
    "AdmissionPerson": [_set("person", f"{PROV}used", NOTHING)],
    "AdmissionResult": [_drop("person", f"{GLD}decision")],
    "AdmissionGround": [_set("person", f"{GLD}ground", NOTHING)],
    "AdmissionNote": [_set("person", f"{DCT}description", literal(""))],
    "VersionTime": [_drop("version", f"{PROV}generatedAtTime")],
    "VersionDigest": [_set("version", f"{SCHEMA}sha256", TEXT)],
    "VersionMember": [_add("version", f"{PROV}hadMember", TEXT)],
    # approved
    "PublicStatus": [_public(Deed.SET, f"{GLD}status", iri(f"{BASE}/id/status/proposed"))],
    "PublicItem": [_public(Deed.SET, f"{GLD}item", NOTHING)],
    "PublicValidator": [_public(Deed.DROP, f"{GLD}validatedBy"), _public(Deed.SET, f"{GLD}validatedBy", NOTHING)],
    "PublicCuration": [_public(Deed.DROP, f"{EBUCORE}annotationCurationDateTime")],
    "PublicModified": [_public(Deed.DROP, f"{DCT}modified")],
    "PublicWithoutPrivate": [
        _public(Deed.ADD, f"{GLD}validatedIn", NOTHING),
        _public(Deed.ADD, f"{GLD}hasCandidate", NOTHING),
        _public(Deed.ADD, f"{GLD}disputed", TRUE),
        _public(Deed.ADD, f"{DCT}isReplacedBy", NOTHING),
        _public(Deed.ADD, f"{GLD}margin", decimal(0.5)),
        _public(Deed.ADD, f"{RDFS}label", TEXT),
        _public(Deed.ADD, f"{RDFS}comment", TEXT),
    ],
    "PublicHumanWithoutDecision": [Fault("human mention", Deed.ADD, f"{PROV}wasGeneratedBy", NOTHING, public=True)],
    "PublicActivityWithoutPrivate": [
        _public(Deed.ADD, f"{GLD}parameters", TEXT),
        _public(Deed.ADD, f"{PREMIS}outcomeNote", TEXT),
        _public(Deed.ADD, f"{PROV}qualifiedAssociation", NOTHING),
        _public(Deed.ADD, f"{PROV}qualifiedUsage", NOTHING),
        _public(Deed.ADD, f"{RDFS}comment", TEXT),
    ],
    "PublicFileWithoutPrivate": [
        _public(Deed.ADD, f"{PREMIS}fixity", NOTHING),
        _public(Deed.ADD, f"{EBUCORE}filename", TEXT),
    ],
    "PublicItemWithoutPrivate": [
        _public(Deed.ADD, f"{GLD}collection", TEXT),
        _public(Deed.ADD, f"{PREMIS}identifier", NOTHING),
        _public(Deed.ADD, f"{DCT}isPartOf", NOTHING),
    ],
    "FactObject": [_public(Deed.SET, f"{SCHEMA}mentions", NOTHING)],
    "FactConcept": [Fault("tag", Deed.SET, f"{SCHEMA}about", NOTHING, public=True)],
    "FactKeyword": [Fault("tag without concept", Deed.SET, f"{SCHEMA}keywords", TEXT, public=True)],
    # What may never be public is private made quads, brought to the public gate as they are.
    "PublicNoUnknownFace": [Fault("unknown face", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicNoVoice": [Fault("speaker segment", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicTextWithoutDigest": [_public(Deed.ADD, f"{SCHEMA}sha256", TEXT)],
    "PublicNobody": [Fault("validation", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicNoDecision": [Fault("validation", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicNoCluster": [
        Fault("unknown face", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True),
        Fault("speaker segment", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True),
    ],
    "PublicNoCandidate": [Fault("proposed mention", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicNoAssociation": [Fault("validation", Deed.ADD, f"{DCT}modified", APPROVED_AT, public=True)],
    "PublicActivityAgent": [_public(Deed.SET, f"{PROV}wasAssociatedWith", iri(MINT.user("archivist-1")))],
    "PublicAnnotationSays": [
        _public(Deed.ADD, f"{GLD}fingerprint", literal("0.1,0.2")),
        _public(Deed.ADD, f"{GLD}decidedBy", iri(MINT.user("archivist-1"))),
        _public(Deed.ADD, f"{GLD}unheardOf", NOTHING),
    ],
    "PublicFragmentSays": [_public(Deed.ADD, f"{GLD}crop", literal("a picture"))],
    "PublicActivitySays": [
        _public(Deed.ADD, f"{GLD}energyWh", decimal(4.2)),
        _public(Deed.ADD, f"{GLD}matchThreshold", decimal(0.42)),
    ],
    "PublicItemSays": [_public(Deed.ADD, f"{DCT}description", TEXT)],
    "PublicFileSays": [_public(Deed.ADD, f"{PREMIS}originalName", literal("interview-with-a-witness.mp4"))],
    "PublicConceptSays": [Fault("tag", Deed.ADD, f"{SKOS}note", literal("a secret", "en"), public=True)],
    "PublicPersonSays": [Fault("person", Deed.ADD, f"{GLD}photo", literal("a picture"), public=True)],
    # What warns and refuses nothing.
    "ItemLicenceStated": [_drop("item", f"{SCHEMA}license")],
    "SoftwareVersionStated": [_drop("run", f"{SCHEMA}version")],
    "PersonLinked": [_drop("person", f"{SCHEMA}sameAs")],
}
