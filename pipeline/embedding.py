"""How faces are found in a picture, put upright, and turned into fingerprints, with the offline face pack.

Detector (RFB-320) and landmarks (68 points) have adapters here; the recognition model is run through insightface.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from give_ld.errors import MissingWeights
from give_ld.model.run import ModelFile
from pipeline.weights import WeightsOnDisk

Image = NDArray[np.uint8]  # height x width x 3, blue-green-red
Vector = NDArray[np.float32]

DETECTOR_SIZE = (320, 240)  # pixels; pictures are squeezed to it: letterboxing loses faces
MIN_SCORE = 0.65  # detector score from which a box counts
NMS_IOU = 0.4
ASPECTS = (0.4, 1.6)  # width by height of a box that can be a face
LANDMARK_SIDE = 64  # pixels
CROP_SIDE = 112  # pixels of an aligned face
PREPROCESSING = (127.5, 127.5)  # mean and scale that the recognition model was trained with
PROVIDERS = ("CPUExecutionProvider",)
# Eyes, nose and mouth corners in an aligned face (Deng et al. 2019, ArcFace).
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)


@dataclass(frozen=True)
class Detection:
    """A face in a picture: its box (x1, y1, x2, y2 in pixels) and the detector's score, 0 to 1."""

    box: NDArray[np.float64]
    score: float

    @property
    def side(self) -> float:
        """The shorter side of the box in pixels."""
        return float(min(self._size))

    @property
    def plausible(self) -> bool:
        """Whether the box has the shape of a face."""
        width, height = self._size
        return self.side >= 1 and ASPECTS[0] <= width / height <= ASPECTS[1]

    @property
    def _size(self) -> tuple[float, float]:
        return float(self.box[2] - self.box[0]), float(self.box[3] - self.box[1])


class FacePack:
    """The three models of the offline face pack; each is loaded, on one thread, when it is first needed."""

    def __init__(self, weights: WeightsOnDisk) -> None:
        cv2.setNumThreads(1)
        self._weights = weights
        self.models: tuple[ModelFile, ...] = weights.model_files()

    @cached_property
    def _detector(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        return _session(self._weights, "fr_detect.onnx")

    @cached_property
    def _landmarks(self) -> Any:  # noqa: ANN401
        return _session(self._weights, "fr_landmark.onnx")

    @cached_property
    def _recognition(self) -> Any:  # noqa: ANN401 - insightface has no types
        from insightface.model_zoo import get_model

        # An existing path, never a name: insightface would download what a name stands for, without a digest.
        path = str(self._weights.checked().path("fr_feature.onnx"))
        model = get_model(path, providers=list(PROVIDERS), sess_options=_options(), download=False)
        if model is None or (model.input_mean, model.input_std) != PREPROCESSING:
            raise MissingWeights(f"{path} is not a recognition model of the offline face pack")
        return model

    @property
    def sha256(self) -> str:
        """The digest of the recognition model: fingerprints of one digest can be compared."""
        return self.models[0].sha256

    def detect(self, image: Image) -> list[Detection]:
        """Return the faces of a picture, the surest first."""
        height, width = image.shape[:2]
        rgb = cv2.cvtColor(cv2.resize(image, DETECTOR_SIZE), cv2.COLOR_BGR2RGB).astype(np.float32)
        scores, boxes = self._detector.run(None, {"input": ((rgb - 127) / 128).transpose(2, 0, 1)[None]})
        faces = scores[0, :, 1]
        keep = faces > MIN_SCORE
        kept, corners = faces[keep], boxes[0, keep].astype(np.float64) * [width, height, width, height]
        if not len(kept):
            return []
        sizes = np.c_[corners[:, :2], corners[:, 2:] - corners[:, :2]]
        chosen = np.asarray(cv2.dnn.NMSBoxes(sizes.tolist(), kept.tolist(), MIN_SCORE, NMS_IOU)).ravel()
        found = [Detection(corners[i], float(kept[i])) for i in chosen]
        return [face for face in found if face.plausible]

    def align(self, image: Image, face: Detection) -> Image:
        """Return the face upright at 112 x 112 pixels."""
        return align(image, self._five_points(image, face.box))

    def embed(self, aligned: Image) -> Vector:
        """Return the fingerprint of an aligned face: 512 numbers of length 1."""
        return unit(self._recognition.get_feat(aligned)[0])

    def _five_points(self, image: Image, box: NDArray[np.float64]) -> NDArray[np.float64]:
        height, width = image.shape[:2]
        side = max(1, int(min(box[3] - box[1], height - 1, width - 1)))
        x = int(np.clip((box[0] + box[2] - side) / 2, 0, max(0, width - 1 - side)))
        y = int(np.clip((box[1] + box[3] - side) / 2, 0, max(0, height - 1 - side)))
        crop = cv2.resize(image[y : y + side, x : x + side], (LANDMARK_SIDE, LANDMARK_SIDE))
        grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32) / 256
        points = self._landmarks.run(None, {"input": grey[None, None]})[0].reshape(68, 2) * side + [x, y]
        eyes = points[[37, 38, 40, 41]].mean(0), points[[43, 44, 46, 47]].mean(0)
        mouth = (points[48] + points[60]) / 2, (points[54] + points[64]) / 2
        return np.stack([*eyes, points[30], *mouth]).astype(np.float64)


def align(image: Image, points: NDArray[np.float64]) -> Image:
    """Return the picture moved, turned and scaled so that five points meet the template (Umeyama 1991)."""
    centre, target = points.mean(0), TEMPLATE.mean(0)
    a, b = points - centre, TEMPLATE - target
    u, d, vt = np.linalg.svd(b.T @ a / len(points))
    sign = np.array([1, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    turn = u @ np.diag(sign) @ vt * ((d * sign).sum() / a.var(0).sum())
    warped = cv2.warpAffine(image, np.c_[turn, target - turn @ centre], (CROP_SIDE, CROP_SIDE))
    return np.asarray(warped, dtype=np.uint8)


def unit(vector: NDArray[Any]) -> Vector:
    """Return the vector at length 1."""
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _session(weights: WeightsOnDisk, file: str) -> Any:  # noqa: ANN401
    import onnxruntime as ort

    return ort.InferenceSession(str(weights.checked().path(file)), _options(), providers=list(PROVIDERS))


def _options() -> Any:  # noqa: ANN401
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return options
