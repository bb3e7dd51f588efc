BEGIN TRANSACTION;
CREATE TABLE annotation (
	iri VARCHAR NOT NULL, 
	partner VARCHAR NOT NULL, 
	pid VARCHAR NOT NULL, 
	file VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	label TEXT NOT NULL, 
	start_ms INTEGER, 
	end_ms INTEGER, 
	x INTEGER, 
	y INTEGER, 
	width INTEGER, 
	height INTEGER, 
	score FLOAT, 
	confidence FLOAT, 
	run VARCHAR NOT NULL, 
	person VARCHAR, 
	status VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (iri)
);
INSERT INTO "annotation" VALUES('https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','face-match','https://made.example.org/id/refset-person/0001','Marie Curie',12480,15920,160,120,96,128,0.613,0.94,'159d863c-251d-4e9c-89e1-9265a13a9edd','https://made.example.org/id/refset-person/0001','approved',2,'{"iri":"https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc","annotation":{"schema":"give-ld/1","type":"annotation","run":"159d863c-251d-4e9c-89e1-9265a13a9edd","fragment":{"start_ms":12480,"end_ms":15920,"box":{"x":160,"y":120,"width":96,"height":128}},"score":0.613,"score_kind":"cosine-similarity","confidence":0.94,"calibrator":"face-match-2026-02","kind":"face-match","person":"https://made.example.org/id/refset-person/0001","person_name":"Marie Curie","margin":0.31,"samples":17,"fingerprint":"0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f001"},"person":"https://made.example.org/id/refset-person/0001"}');
INSERT INTO "annotation" VALUES('https://made.example.org/id/annotation/wqpr44tvasu4rrnzoa5d4rpjy4','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','face-unknown','','',61000,70200,300,90,80,110,0.57,NULL,'159d863c-251d-4e9c-89e1-9265a13a9edd',NULL,'proposed',1,'{"iri":"https://made.example.org/id/annotation/wqpr44tvasu4rrnzoa5d4rpjy4","annotation":{"schema":"give-ld/1","type":"annotation","run":"159d863c-251d-4e9c-89e1-9265a13a9edd","fragment":{"start_ms":61000,"end_ms":70200,"box":{"x":300,"y":90,"width":80,"height":110}},"score":0.57,"score_kind":"detector-score","kind":"face-unknown","cluster":"fffc8340-7ae8-43bd-997a-97b32e685dae","samples":9,"fingerprint":"0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f002"}}');
INSERT INTO "annotation" VALUES('https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','entity-mention','Q1296','Gent',2100,2480,NULL,NULL,NULL,NULL,0.81,NULL,'00000000-0000-0000-0000-000000000005',NULL,'rejected',2,'{"iri":"https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":2100,"end_ms":2480},"score":0.81,"score_kind":"linker-score","kind":"entity-mention","text":"Gent","begin":16,"end":20,"language":"nl","transcript":"921f7987a9cc203d1435aff4ee59e93781055da4c98e59a6d18b33be2be02804","entity_type":"place","entity":"Q1296","label":"Gent","label_language":"nl","candidates":[{"entity":"Q1297","label":"Chicago","score":0.04}]}}');
INSERT INTO "annotation" VALUES('https://made.example.org/id/annotation/4xhgp76er2vp4u5auqhcfcfgnv','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','entity-mention','Gent','Gent',2100,2480,NULL,NULL,NULL,NULL,0.81,NULL,'00000000-0000-0000-0000-000000000005',NULL,'proposed',1,'{"iri":"https://made.example.org/id/annotation/4xhgp76er2vp4u5auqhcfcfgnv","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":2100,"end_ms":2480},"score":0.81,"score_kind":"linker-score","kind":"entity-mention","text":"Gent","begin":16,"end":20,"language":"nl","transcript":"921f7987a9cc203d1435aff4ee59e93781055da4c98e59a6d18b33be2be02804","entity_type":"place","candidates":[{"entity":"Q1297","label":"Chicago","score":0.04}]}}');
INSERT INTO "annotation" VALUES('https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','transcript','921f7987a9cc203d1435aff4ee59e93781055da4c98e59a6d18b33be2be02804','',0,95000,NULL,NULL,NULL,NULL,-0.31,NULL,'00000000-0000-0000-0000-000000000005',NULL,'withdrawn',3,'{"iri":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":0,"end_ms":95000},"score":-0.31,"score_kind":"mean-token-log-probability","kind":"transcript","text":"Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie.","language":"nl","language_probability":0.98,"segments":[{"start_ms":0,"end_ms":95000,"text":"Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie.","avg_logprob":-0.31,"no_speech_prob":0.02}]}}');
CREATE TABLE event (
	seq INTEGER NOT NULL, 
	time VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	actor VARCHAR NOT NULL, 
	partner VARCHAR NOT NULL, 
	commitment VARCHAR NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (hash)
);
INSERT INTO "event" VALUES(1,'2026-03-02T08:00:01+00:00','partner.added','operator','OR-abc1234','2420c0e429e666151fd72570c8a6a14e7cf077a1a71814367880b265cf8e74e6','0000000000000000000000000000000000000000000000000000000000000000','630c67018dff1a9b2b3e453326771320332c0edb8b4f058397f970f962855a0f');
INSERT INTO "event" VALUES(2,'2026-03-02T08:00:02+00:00','partner.added','operator','OR-zzz9999','948d68136e36323147b65541fcd558e6989caf1a9b9c9bfce6b7afcd21fd3914','630c67018dff1a9b2b3e453326771320332c0edb8b4f058397f970f962855a0f','9d99b85c903bda5854084274673d8aa32a19fe51548327c6f7f4e2c80dcb1e4b');
INSERT INTO "event" VALUES(3,'2026-03-02T08:00:03+00:00','user.added','operator','OR-abc1234','0e75ba76db5e92f667254227425c38035ef1dd84c827e0692ff5e912ecef8a98','9d99b85c903bda5854084274673d8aa32a19fe51548327c6f7f4e2c80dcb1e4b','aca1e1253713b69993ca175114db367ac232b314b65567ebc8c686e777c53e74');
INSERT INTO "event" VALUES(4,'2026-03-02T08:00:04+00:00','user.added','operator','OR-zzz9999','51d2b579ffabee3fd5f6bbfc21d59a1fb2e029832f9ca218f28595de44e99b8e','aca1e1253713b69993ca175114db367ac232b314b65567ebc8c686e777c53e74','c9dd61e9b30ec546b696d7507414aaeefcbf1f92d05f7df5147c4dea936097d6');
INSERT INTO "event" VALUES(5,'2026-03-02T08:00:05+00:00','user.added','operator','','ff37a6537537f748272376eae1c5ed124bcf90a4fff8981c685204a31d88eb22','c9dd61e9b30ec546b696d7507414aaeefcbf1f92d05f7df5147c4dea936097d6','d2bd6e792932c21967f201f7810cfd2be6a8946a58bc57c1bf0100720a29e9d2');
INSERT INTO "event" VALUES(6,'2026-03-02T08:00:06+00:00','user.added','operator','OR-abc1234','f68d6b70a0a3d07c70d671a671c6508acd0247ced3f8692f205ae8706c64465a','d2bd6e792932c21967f201f7810cfd2be6a8946a58bc57c1bf0100720a29e9d2','0ccea3dd8da8166831fec45403956ccbe495ae42149409bf9ddaee5d04d29947');
INSERT INTO "event" VALUES(7,'2026-03-02T08:00:07+00:00','user.added','operator','OR-zzz9999','fb7fca979284af6440be13805194ebe990904f3c0a78cc0a632b2a748930f319','0ccea3dd8da8166831fec45403956ccbe495ae42149409bf9ddaee5d04d29947','6bc6a17c21f406663199f8e84da192eafd52dc002a19eeacd943993230992589');
INSERT INTO "event" VALUES(8,'2026-03-02T08:00:08+00:00','user.added','operator','','f9249927c899bbe8290999e0b9c3b16368f9c50bbec5c24b672ac96b62eec843','6bc6a17c21f406663199f8e84da192eafd52dc002a19eeacd943993230992589','854b3fdcf4205620fbe5a5b6c34b1ab881fbb5c47c3bb7da420c271ab7348e66');
INSERT INTO "event" VALUES(9,'2026-03-02T08:00:10+00:00','person.admitted','xhozhha3od3qsyle','OR-abc1234','d5816b305967f67ecdfb8eab81b8d7602ab44a62afaec327e09c93b39cd228d4','854b3fdcf4205620fbe5a5b6c34b1ab881fbb5c47c3bb7da420c271ab7348e66','24e27cf6dd51b787ea3dba17e707a8ccf67effcd2a42622abfed6cdc38c43ee1');
INSERT INTO "event" VALUES(10,'2026-03-02T08:00:11+00:00','refset.versioned','xhozhha3od3qsyle','','bb6448346e71eb3901b0fc694869531a96d416f1b05f687c7f0db1aa5353981a','24e27cf6dd51b787ea3dba17e707a8ccf67effcd2a42622abfed6cdc38c43ee1','b530815244b622ede4de2e1a136b62c4caa075d7cf1bb2f0bd3ff5034ad1900f');
INSERT INTO "event" VALUES(11,'2026-03-02T08:00:12+00:00','item.recorded','fagx5zal5jtpz6b5','OR-abc1234','03a580c6c897edadd92d9ce679d4a2c4078833b17638452dbcb63410410f23e5','b530815244b622ede4de2e1a136b62c4caa075d7cf1bb2f0bd3ff5034ad1900f','cd85171af9829861a10252c23175637599bbf9d28434e533d5207a3e621a5af0');
INSERT INTO "event" VALUES(12,'2026-03-02T08:00:13+00:00','run.recorded','bxdzzexiirvhgosn','OR-abc1234','8b5faa4f46254d3503df4da09861ddf61227166ff42c7f0f76f0a4c349984b30','cd85171af9829861a10252c23175637599bbf9d28434e533d5207a3e621a5af0','a4f43989e05a99844c86d6d11000c024ea54ef08bd8eabb84d6323b80266102a');
INSERT INTO "event" VALUES(13,'2026-03-02T08:00:14+00:00','annotation.proposed','bxdzzexiirvhgosn','OR-abc1234','fca5998fdee2670d343e8e36b9e1a75ed481662ad80679fb6ed208130dcd8973','a4f43989e05a99844c86d6d11000c024ea54ef08bd8eabb84d6323b80266102a','81281cb84392c7a1e1ad5df7b529d246b1fda14a32bb0a8a404578c19ba7be1a');
INSERT INTO "event" VALUES(14,'2026-03-02T08:00:15+00:00','annotation.proposed','bxdzzexiirvhgosn','OR-abc1234','6d88356a860433aa244392e9b9a6fdd4323a61d5ca9a19b40f6415ef6696a458','81281cb84392c7a1e1ad5df7b529d246b1fda14a32bb0a8a404578c19ba7be1a','e73f2f645c4f0754c17a5f8c5daa4ac474956af8acabbda5ebc735d943e47c5d');
INSERT INTO "event" VALUES(15,'2026-03-02T08:00:16+00:00','run.recorded','bxdzzexiirvhgosn','OR-abc1234','4cd160d73fae0338ac1de64e0010516c173e0bf5b20d2e41499106046fb09dec','e73f2f645c4f0754c17a5f8c5daa4ac474956af8acabbda5ebc735d943e47c5d','773ddda58e78ef2834e3688413e7da7dd65170a4c8102284afeffc4cac7c2b27');
INSERT INTO "event" VALUES(16,'2026-03-02T08:00:17+00:00','annotation.proposed','bxdzzexiirvhgosn','OR-abc1234','a8f95593a587f15fc972318f3eb0c9b817f82df191be2a95986be27468e51026','773ddda58e78ef2834e3688413e7da7dd65170a4c8102284afeffc4cac7c2b27','351ab2ea079d5e92c90d6de9585e5ee5f9943fcff012da1400be9a479340f176');
INSERT INTO "event" VALUES(17,'2026-03-02T08:00:18+00:00','annotation.proposed','bxdzzexiirvhgosn','OR-abc1234','c2b9a0ca6cdfc314363e8d0788fb2b28d12390226432e6c5d995a22f6803d8a5','351ab2ea079d5e92c90d6de9585e5ee5f9943fcff012da1400be9a479340f176','8b25ff9b23263c2499074a874abaf08e5b72f866be8eb5cf1f21dd07b046c5b1');
INSERT INTO "event" VALUES(18,'2026-03-02T08:00:19+00:00','annotation.proposed','bxdzzexiirvhgosn','OR-abc1234','36bc90728db3542cfb8cfb632e3e57f5dae6ed0e6cce8fc429f0e334c4665cdc','8b25ff9b23263c2499074a874abaf08e5b72f866be8eb5cf1f21dd07b046c5b1','dee7b7823ae71848317c42018db0538300f4df44be89cdcf6b9f7c6353718093');
INSERT INTO "event" VALUES(19,'2026-03-02T08:00:22+00:00','annotation.decided','fagx5zal5jtpz6b5','OR-abc1234','83f59763739286c2a4523a9f1ad810cc585bf1279117bbc8991401d5381af3a7','dee7b7823ae71848317c42018db0538300f4df44be89cdcf6b9f7c6353718093','540437a51e4823bd00bbe41ebca5852a5451061495fc611013c465f823c02779');
INSERT INTO "event" VALUES(20,'2026-03-02T08:00:24+00:00','annotation.decided','fagx5zal5jtpz6b5','OR-abc1234','9f0781591df04a40137fd5780d0f354cd278a86b129486a5b3968b590c56fd82','540437a51e4823bd00bbe41ebca5852a5451061495fc611013c465f823c02779','ad72d8ed9bffda955f47fc5fb1ae8173dc4a4b727ea233c63f2dd32fe5362bbf');
INSERT INTO "event" VALUES(21,'2026-03-02T08:00:26+00:00','annotation.decided','fagx5zal5jtpz6b5','OR-abc1234','5b85edebd332915eb806a5074d00a69af92fc68102028c7043d9995612c3c410','ad72d8ed9bffda955f47fc5fb1ae8173dc4a4b727ea233c63f2dd32fe5362bbf','34bc9855727f8ac0f38f0a221f3a8712e726e9a71230b61c0cb3dacecfc959ed');
INSERT INTO "event" VALUES(22,'2026-03-02T08:00:28+00:00','annotation.decided','fagx5zal5jtpz6b5','OR-abc1234','256e21725c0394ea96f3cb364c512270b9c034ac3f1f18fd458b6c599f381566','34bc9855727f8ac0f38f0a221f3a8712e726e9a71230b61c0cb3dacecfc959ed','7d02bf9f8203b34df69ab219a397f668f30c8f3a179da9d6f34410390024fff4');
INSERT INTO "event" VALUES(23,'2026-03-02T08:00:30+00:00','token.issued','operator','OR-abc1234','cd6d9817c6cb1d007380ba4a20a0f3b7a0aca203507a93c00cece90e2244ceda','7d02bf9f8203b34df69ab219a397f668f30c8f3a179da9d6f34410390024fff4','9fccb15fc8d6675aa1e0aff30a8b34a74520ca406b4af3a0ac874a5913d664cd');
CREATE TABLE item (
	partner VARCHAR NOT NULL, 
	pid VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (partner, pid)
);
INSERT INTO "item" VALUES('OR-abc1234','086348mc8s','{"pid":"086348mc8s","partner":"OR-abc1234","title":"Avondjournaal","language":"nl","kind":"video","licences":["VIAA-PUBLIEK-CONTENT","VIAA-PUBLIEK-METADATA-ALL"]}');
CREATE TABLE partner (
	id VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "partner" VALUES('OR-abc1234','{"id":"OR-abc1234","name":"Voorbeeldarchief","language":"nl"}');
INSERT INTO "partner" VALUES('OR-zzz9999','{"id":"OR-zzz9999","name":"Ander archief","language":"nl"}');
CREATE TABLE payload (
	seq INTEGER NOT NULL, 
	"key" BLOB NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "payload" VALUES(1,X'8DD7AF56B7A5AC18EA59B8BB3113C5DF95A87F23728541EDE962B2C3F5B04E48','{"id":"OR-abc1234","name":"Voorbeeldarchief","language":"nl"}');
INSERT INTO "payload" VALUES(2,X'D0C47D6248D8853D201AC035935A29821E4E03351B271E20B328355A00333517','{"id":"OR-zzz9999","name":"Ander archief","language":"nl"}');
INSERT INTO "payload" VALUES(3,X'FF7295592F989492A65D61F4494BD6DE8B3CC36D358FD3582C9D2F2217E709D7','{"id":"fagx5zal5jtpz6b5","name":"Ann","roles":["archivist"],"partner":"OR-abc1234"}');
INSERT INTO "payload" VALUES(4,X'9852E4CFF124AD1D347AC5D8CD8D0C93A84AF0BE6D1991EAE01F30ED0B42EAAB','{"id":"r7m57cl7zpssg2lm","name":"Bob","roles":["archivist"],"partner":"OR-zzz9999"}');
INSERT INTO "payload" VALUES(5,X'2CBDE3E25B87A90761A5AE1502BA354BECB56DFB0F361D04FD6B1F171A212D02','{"id":"xhozhha3od3qsyle","name":"Rita","roles":["reference-set-manager","auditor"]}');
INSERT INTO "payload" VALUES(6,X'26777A8C0C5A07A7A94DD35A63386FE3490446F6037DBB61C3CA3E856821E36B','{"id":"bxdzzexiirvhgosn","name":"pipeline","roles":["pipeline"],"partner":"OR-abc1234"}');
INSERT INTO "payload" VALUES(7,X'A9E6C561E7F4186C788C97318F09C36F019BC4D94D4A0EC5184B6DC729295185','{"id":"cztzg3qg2g7i3qcd","name":"other pipeline","roles":["pipeline"],"partner":"OR-zzz9999"}');
INSERT INTO "payload" VALUES(8,X'6DC731B8A37B4B997A7EA2A6969017646C42B4037C6DA30B9C999139128146F4','{"id":"6bfpiu7m3g2pu3nn","name":"admin","roles":["admin"]}');
INSERT INTO "payload" VALUES(9,X'8EC2F651D62221E6D3B62EA3632FE2E09BFED963AE0A5515F791DF75B3CAFA8E','{"id":"2e56390f-719e-4b8e-ad87-2dca449c47f9","iri":"https://made.example.org/id/refset-person/0001","person":{"id":"0001","name":"Marie Curie","language":"nl","given_name":"Marie","family_name":"Curie","aliases":["Maria Skłodowska"],"wikidata":"Q7186","birth_date":"1867-11-07","death_date":"1934-07-04","photos":[{"sha256":"d0118514db77444042ac8a5a0b220436385ba497c74b6c206ba9704d3862223f","licence":"CC0-1.0","source":"made"}],"ground":"public-figure","ground_note":"Nobel Prizes"},"user":"xhozhha3od3qsyle","partner":"OR-abc1234","started":"2026-03-02T08:00:09Z","ended":"2026-03-02T08:00:09Z"}');
INSERT INTO "payload" VALUES(10,X'8F7CF181A432F292113996B97743864E1B60156C6461F12B0C582B5B3C6B5787','{"header":{"schema":"give-ld-refset/1","version":"2026-03-02-e2a8606b","created":"2026-03-02T08:00:09Z","persons":1,"digest":"e2a8606b79c2dde626a7c86fc0fe9988478be2a0b93ad7baed9c6f0081b22308"},"persons":["https://made.example.org/id/refset-person/0001"]}');
INSERT INTO "payload" VALUES(11,X'48445EA1D3A3CAAE4572C469906B1F75BBF4B940393D9D79143449C5A3A8516B','{"pid":"086348mc8s","partner":"OR-abc1234","title":"Avondjournaal","language":"nl","kind":"video","licences":["VIAA-PUBLIEK-CONTENT","VIAA-PUBLIEK-METADATA-ALL"]}');
INSERT INTO "payload" VALUES(12,X'A5A6B9DA9D1776ECF59B0C1540B04D549208EA38C3B8CAF1E06973B6ABDD87CA','{"schema":"give-ld/1","type":"run","id":"159d863c-251d-4e9c-89e1-9265a13a9edd","stage":"faces","partner":"OR-abc1234","item":"086348mc8s","file":{"sha256":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff","name":"news.mp4","mime_type":"video/mp4","duration_ms":95000},"agent":{"name":"onnx-faces","version":"1.31.1","models":[{"name":"fr_feature.onnx","sha256":"8888888888888888888888888888888888888888888888888888888888888888","licence":"Apache-2.0"}]},"parameters":{"match_threshold":0.42,"frames_per_second":5},"started":"2026-03-01T10:00:00Z","ended":"2026-03-01T10:03:10Z","outcome":"success","reference_set":"2026-03-02-e2a8606b","calibrators":[{"id":"face-match-2026-02","label":"face match: probability that it is this person","method":"logistic","from_score":"cosine-similarity","model_sha256":"8888888888888888888888888888888888888888888888888888888888888888","intercept":-4.6045,"score_weight":12.0,"margin_weight":0.0,"lone_margin":0.0,"fitted_on":"made pairs of faces","fitted_count":4200,"created":"2026-02-20"}],"sidecar":{"name":"159d863c-251d-4e9c-89e1-9265a13a9edd.faces","sha256":"823371e7f7f10558944745d8cfcad9c3f090dfd38e215826f646d7cd7af874be"},"energy_wh":4.2}');
INSERT INTO "payload" VALUES(13,X'CA79CF62F99FDF454A9BA76B12FF3B9F7174851CF4099E46C9252DE338F749D6','{"iri":"https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc","annotation":{"schema":"give-ld/1","type":"annotation","run":"159d863c-251d-4e9c-89e1-9265a13a9edd","fragment":{"start_ms":12480,"end_ms":15920,"box":{"x":160,"y":120,"width":96,"height":128}},"score":0.613,"score_kind":"cosine-similarity","confidence":0.94,"calibrator":"face-match-2026-02","kind":"face-match","person":"https://made.example.org/id/refset-person/0001","person_name":"Marie Curie","margin":0.31,"samples":17,"fingerprint":"0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f001"},"person":"https://made.example.org/id/refset-person/0001"}');
INSERT INTO "payload" VALUES(14,X'B73F43B158069929AC21D220AFC79C3AE88B0A6FC409BD9ACCE3D8FB1BC11B51','{"iri":"https://made.example.org/id/annotation/wqpr44tvasu4rrnzoa5d4rpjy4","annotation":{"schema":"give-ld/1","type":"annotation","run":"159d863c-251d-4e9c-89e1-9265a13a9edd","fragment":{"start_ms":61000,"end_ms":70200,"box":{"x":300,"y":90,"width":80,"height":110}},"score":0.57,"score_kind":"detector-score","kind":"face-unknown","cluster":"fffc8340-7ae8-43bd-997a-97b32e685dae","samples":9,"fingerprint":"0b8f6d0a-5a4c-4b4e-9e71-54d0a0c0f002"}}');
INSERT INTO "payload" VALUES(15,X'0BAEF19AA04468B56DA3EBF8F4597E551535D74BE7AC75B8AF7C489D398116BE','{"schema":"give-ld/1","type":"run","id":"00000000-0000-0000-0000-000000000005","stage":"entities","partner":"OR-abc1234","item":"086348mc8s","file":{"sha256":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff","name":"news.mp4","mime_type":"video/mp4","duration_ms":95000},"agent":{"name":"onnx-faces","version":"1.31.1","models":[{"name":"fr_feature.onnx","sha256":"8888888888888888888888888888888888888888888888888888888888888888","licence":"Apache-2.0"}]},"parameters":{"match_threshold":0.42,"frames_per_second":5},"started":"2026-03-01T10:00:00Z","ended":"2026-03-01T10:03:10Z","outcome":"success","calibrators":[{"id":"face-match-2026-02","label":"face match: probability that it is this person","method":"logistic","from_score":"cosine-similarity","model_sha256":"8888888888888888888888888888888888888888888888888888888888888888","intercept":-4.6045,"score_weight":12.0,"margin_weight":0.0,"lone_margin":0.0,"fitted_on":"made pairs of faces","fitted_count":4200,"created":"2026-02-20"}],"sidecar":{"name":"00000000-0000-0000-0000-000000000005.faces","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"energy_wh":4.2}');
INSERT INTO "payload" VALUES(16,X'31746EBD078D7DF0FD7F2726994A1845C57593E6F5D7D9DFDF0BD5E8AE8A293A','{"iri":"https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":2100,"end_ms":2480},"score":0.81,"score_kind":"linker-score","kind":"entity-mention","text":"Gent","begin":16,"end":20,"language":"nl","transcript":"921f7987a9cc203d1435aff4ee59e93781055da4c98e59a6d18b33be2be02804","entity_type":"place","entity":"Q1296","label":"Gent","label_language":"nl","candidates":[{"entity":"Q1297","label":"Chicago","score":0.04}]}}');
INSERT INTO "payload" VALUES(17,X'195774BED0300960C06EE70069DD4733F0103E3970C76C08812A9992E436080C','{"iri":"https://made.example.org/id/annotation/4xhgp76er2vp4u5auqhcfcfgnv","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":2100,"end_ms":2480},"score":0.81,"score_kind":"linker-score","kind":"entity-mention","text":"Gent","begin":16,"end":20,"language":"nl","transcript":"921f7987a9cc203d1435aff4ee59e93781055da4c98e59a6d18b33be2be02804","entity_type":"place","candidates":[{"entity":"Q1297","label":"Chicago","score":0.04}]}}');
INSERT INTO "payload" VALUES(18,X'95BD4B34C172C8AB1224E6FBA7B5602DA8907139AD2E64E0AD3FC0FCEED5C21B','{"iri":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","annotation":{"schema":"give-ld/1","type":"annotation","run":"00000000-0000-0000-0000-000000000005","fragment":{"start_ms":0,"end_ms":95000},"score":-0.31,"score_kind":"mean-token-log-probability","kind":"transcript","text":"Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie.","language":"nl","language_probability":0.98,"segments":[{"start_ms":0,"end_ms":95000,"text":"Goedenavond. In Gent opende vandaag een tentoonstelling over Marie Curie.","avg_logprob":-0.31,"no_speech_prob":0.02}]}}');
INSERT INTO "payload" VALUES(19,X'939CCE746E94A47A43C0D5567453B04C9B3879EA6F9E1633FE73B4D000D0D321','{"id":"96e36a5f-dfab-4356-bef0-ad942deb210e","annotation":"https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"approve","status":"approved","reason":"","started":"2026-03-02T08:00:21Z","ended":"2026-03-02T08:00:21Z"}');
INSERT INTO "payload" VALUES(20,X'91E4E457B0F3A7AC69BED9E672F33F1457C4814ADFF7910E3C52F5B4462B2412','{"id":"ae91a1a9-0ace-49db-bc71-a55532cc1657","annotation":"https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"reject","status":"rejected","reason":"another one","started":"2026-03-02T08:00:23Z","ended":"2026-03-02T08:00:23Z"}');
INSERT INTO "payload" VALUES(21,X'B3515E35846623934CCFF6759F88E7F444A6550E89078BDC723741B28D746078','{"id":"656c331c-dfb1-4339-ab55-3f80a3a793a0","annotation":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"approve","status":"approved","reason":"","started":"2026-03-02T08:00:25Z","ended":"2026-03-02T08:00:25Z"}');
INSERT INTO "payload" VALUES(22,X'C6E71EE46225F15435836409B90346112EA20B7690F1F55707E3CBA39D1ED5F1','{"id":"500ffc8c-4c0f-4533-8462-ab6d4606bdba","annotation":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"withdraw","status":"withdrawn","reason":"said by mistake","started":"2026-03-02T08:00:27Z","ended":"2026-03-02T08:00:27Z"}');
INSERT INTO "payload" VALUES(23,X'C525A9764252C1B97821BE82C3F179111CFD59C26F62B1BEE839D8AFF36D5B7E','{"user":"fagx5zal5jtpz6b5","expires":"2026-03-03T08:00:29Z"}');
CREATE TABLE person (
	iri VARCHAR NOT NULL, 
	wikidata VARCHAR, 
	status VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (iri)
);
INSERT INTO "person" VALUES('https://made.example.org/id/refset-person/0001','Q7186','active','{"id":"2e56390f-719e-4b8e-ad87-2dca449c47f9","iri":"https://made.example.org/id/refset-person/0001","person":{"id":"0001","name":"Marie Curie","language":"nl","given_name":"Marie","family_name":"Curie","aliases":["Maria Skłodowska"],"wikidata":"Q7186","birth_date":"1867-11-07","death_date":"1934-07-04","photos":[{"sha256":"d0118514db77444042ac8a5a0b220436385ba497c74b6c206ba9704d3862223f","licence":"CC0-1.0","source":"made"}],"ground":"public-figure","ground_note":"Nobel Prizes"},"user":"xhozhha3od3qsyle","partner":"OR-abc1234","started":"2026-03-02T08:00:09Z","ended":"2026-03-02T08:00:09Z"}');
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	received VARCHAR NOT NULL, 
	partner VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	line INTEGER NOT NULL, 
	item VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	message TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (digest)
);
INSERT INTO "quarantine" VALUES(1,'3cfb47ddf052a788dc4a8ff5502a2bac2fbf44bed05f6a7f422f8b32f80ab9c1','2026-03-02T08:00:20+00:00','OR-abc1234','records.jsonl',8,'','schema-version','schema is None, this version reads ''give-ld/1''',X'7B2274797065223A20226E6F6E73656E7365227D0A');
CREATE TABLE refset_version (
	version VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "refset_version" VALUES('2026-03-02-e2a8606b','{"header":{"schema":"give-ld-refset/1","version":"2026-03-02-e2a8606b","created":"2026-03-02T08:00:09Z","persons":1,"digest":"e2a8606b79c2dde626a7c86fc0fe9988478be2a0b93ad7baed9c6f0081b22308"},"persons":["https://made.example.org/id/refset-person/0001"]}');
CREATE TABLE run (
	id VARCHAR NOT NULL, 
	partner VARCHAR NOT NULL, 
	pid VARCHAR NOT NULL, 
	file VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('159d863c-251d-4e9c-89e1-9265a13a9edd','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','{"schema":"give-ld/1","type":"run","id":"159d863c-251d-4e9c-89e1-9265a13a9edd","stage":"faces","partner":"OR-abc1234","item":"086348mc8s","file":{"sha256":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff","name":"news.mp4","mime_type":"video/mp4","duration_ms":95000},"agent":{"name":"onnx-faces","version":"1.31.1","models":[{"name":"fr_feature.onnx","sha256":"8888888888888888888888888888888888888888888888888888888888888888","licence":"Apache-2.0"}]},"parameters":{"match_threshold":0.42,"frames_per_second":5},"started":"2026-03-01T10:00:00Z","ended":"2026-03-01T10:03:10Z","outcome":"success","reference_set":"2026-03-02-e2a8606b","calibrators":[{"id":"face-match-2026-02","label":"face match: probability that it is this person","method":"logistic","from_score":"cosine-similarity","model_sha256":"8888888888888888888888888888888888888888888888888888888888888888","intercept":-4.6045,"score_weight":12.0,"margin_weight":0.0,"lone_margin":0.0,"fitted_on":"made pairs of faces","fitted_count":4200,"created":"2026-02-20"}],"sidecar":{"name":"159d863c-251d-4e9c-89e1-9265a13a9edd.faces","sha256":"823371e7f7f10558944745d8cfcad9c3f090dfd38e215826f646d7cd7af874be"},"energy_wh":4.2}');
INSERT INTO "run" VALUES('00000000-0000-0000-0000-000000000005','OR-abc1234','086348mc8s','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','{"schema":"give-ld/1","type":"run","id":"00000000-0000-0000-0000-000000000005","stage":"entities","partner":"OR-abc1234","item":"086348mc8s","file":{"sha256":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff","name":"news.mp4","mime_type":"video/mp4","duration_ms":95000},"agent":{"name":"onnx-faces","version":"1.31.1","models":[{"name":"fr_feature.onnx","sha256":"8888888888888888888888888888888888888888888888888888888888888888","licence":"Apache-2.0"}]},"parameters":{"match_threshold":0.42,"frames_per_second":5},"started":"2026-03-01T10:00:00Z","ended":"2026-03-01T10:03:10Z","outcome":"success","calibrators":[{"id":"face-match-2026-02","label":"face match: probability that it is this person","method":"logistic","from_score":"cosine-similarity","model_sha256":"8888888888888888888888888888888888888888888888888888888888888888","intercept":-4.6045,"score_weight":12.0,"margin_weight":0.0,"lone_margin":0.0,"fitted_on":"made pairs of faces","fitted_count":4200,"created":"2026-02-20"}],"sidecar":{"name":"00000000-0000-0000-0000-000000000005.faces","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"energy_wh":4.2}');
CREATE TABLE support (
	graph VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	annotation VARCHAR NOT NULL, 
	PRIMARY KEY (graph, owner, annotation)
);
INSERT INTO "support" VALUES('https://made.example.org/graph/agent','https://made.example.org/id/agent/onnx-faces-1.31.1-fr_feature.onnx-5bf6cb5ab37eec1968a3ce43e3e25c6f','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/agent','https://made.example.org/id/calibrator/face-match-2026-02-14711fca3fde5230cacc5c61703927ee https://made.example.org/id/agent/onnx-faces-1.31.1-fr_feature.onnx-5bf6cb5ab37eec1968a3ce43e3e25c6f','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','fact:<https://made.example.org/id/item/OR-abc1234/086348mc8s> <https://schema.org/mentions> <https://made.example.org/id/refset-person/0001>','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','https://made.example.org/id/file/vjh5da3xccszv6saghlbvthie4','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','https://made.example.org/id/file/vjh5da3xccszv6saghlbvthie4#t=npt:12.480,15.920&xywh=pixel:160,120,96,128','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','https://made.example.org/id/item/OR-abc1234/086348mc8s','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
INSERT INTO "support" VALUES('https://made.example.org/graph/public/OR-abc1234','https://made.example.org/id/run/159d863c-251d-4e9c-89e1-9265a13a9edd','https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc');
CREATE TABLE token (
	digest VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	expires VARCHAR NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "token" VALUES('dd6cc523f84668602306f76fd89d09d496dfead1219ecb09d30fa657343cc7cb','fagx5zal5jtpz6b5','2026-03-03T08:00:29+00:00');
CREATE TABLE tombstone (
	iri VARCHAR NOT NULL, 
	time VARCHAR NOT NULL, 
	live BOOLEAN NOT NULL, 
	PRIMARY KEY (iri)
);
INSERT INTO "tombstone" VALUES('https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc','2026-03-02T08:00:21+00:00',1);
INSERT INTO "tombstone" VALUES('https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab','2026-03-02T08:00:25+00:00',0);
CREATE TABLE user (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "user" VALUES('fagx5zal5jtpz6b5','Ann','{"id":"fagx5zal5jtpz6b5","name":"Ann","roles":["archivist"],"partner":"OR-abc1234"}');
INSERT INTO "user" VALUES('r7m57cl7zpssg2lm','Bob','{"id":"r7m57cl7zpssg2lm","name":"Bob","roles":["archivist"],"partner":"OR-zzz9999"}');
INSERT INTO "user" VALUES('xhozhha3od3qsyle','Rita','{"id":"xhozhha3od3qsyle","name":"Rita","roles":["reference-set-manager","auditor"]}');
INSERT INTO "user" VALUES('bxdzzexiirvhgosn','pipeline','{"id":"bxdzzexiirvhgosn","name":"pipeline","roles":["pipeline"],"partner":"OR-abc1234"}');
INSERT INTO "user" VALUES('cztzg3qg2g7i3qcd','other pipeline','{"id":"cztzg3qg2g7i3qcd","name":"other pipeline","roles":["pipeline"],"partner":"OR-zzz9999"}');
INSERT INTO "user" VALUES('6bfpiu7m3g2pu3nn','admin','{"id":"6bfpiu7m3g2pu3nn","name":"admin","roles":["admin"]}');
CREATE TABLE validation (
	id VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	annotation VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "validation" VALUES('96e36a5f-dfab-4356-bef0-ad942deb210e',19,'https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc','{"id":"96e36a5f-dfab-4356-bef0-ad942deb210e","annotation":"https://made.example.org/id/annotation/iko6jewvv2ueqizvu56mmz45xc","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"approve","status":"approved","reason":"","started":"2026-03-02T08:00:21Z","ended":"2026-03-02T08:00:21Z"}');
INSERT INTO "validation" VALUES('ae91a1a9-0ace-49db-bc71-a55532cc1657',20,'https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r','{"id":"ae91a1a9-0ace-49db-bc71-a55532cc1657","annotation":"https://made.example.org/id/annotation/myez7blfomo4ladgk5dyhwyh3r","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"reject","status":"rejected","reason":"another one","started":"2026-03-02T08:00:23Z","ended":"2026-03-02T08:00:23Z"}');
INSERT INTO "validation" VALUES('656c331c-dfb1-4339-ab55-3f80a3a793a0',21,'https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab','{"id":"656c331c-dfb1-4339-ab55-3f80a3a793a0","annotation":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"approve","status":"approved","reason":"","started":"2026-03-02T08:00:25Z","ended":"2026-03-02T08:00:25Z"}');
INSERT INTO "validation" VALUES('500ffc8c-4c0f-4533-8462-ab6d4606bdba',22,'https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab','{"id":"500ffc8c-4c0f-4533-8462-ab6d4606bdba","annotation":"https://made.example.org/id/annotation/hb6mnuoxi6urpzvpgpegdrclab","partner":"OR-abc1234","user":"fagx5zal5jtpz6b5","role":"archivist","verdict":"withdraw","status":"withdrawn","reason":"said by mistake","started":"2026-03-02T08:00:27Z","ended":"2026-03-02T08:00:27Z"}');
CREATE INDEX run_file ON run (partner, file);
CREATE INDEX run_item ON run (partner, pid);
CREATE INDEX annotation_subject ON annotation (partner, file, kind, subject);
CREATE INDEX annotation_queue ON annotation (partner, status, confidence);
CREATE INDEX annotation_item ON annotation (partner, pid);
CREATE INDEX ix_validation_annotation ON validation (annotation);
CREATE INDEX ix_person_wikidata ON person (wikidata);
CREATE INDEX support_annotation ON support (annotation);
COMMIT;
