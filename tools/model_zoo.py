#!/usr/bin/env python3
"""Hold the ONNX importer against the classifiers of torchvision and timm.

Usage: tools/model_zoo.py [--program PATH] [--quick | --only PATTERN...] [--keep DIR] [--list]
                          [--exporter torchscript|dynamo] [--output docs/models.md]

Each model is made with random weights, exported by torch, and read by `tilewise import onnx`. Its
MACs are those that torch counts while the model runs (FlopCounterMode, half the operations of
convolutions and products), its parameters those of the module that are in the file, and beside them
the constants that the exporter stored. Prints a row a model; exit code 1 where a number differs or
a model is not read in full, 77 where torch, torchvision, timm or onnx is not installed. A model
that torch cannot export is named and is no failure.

--output writes the page of a whole run. --keep leaves the files, without their weights, and what
torch counted in a folder; another run with that folder exports only what is not there.
"""

import argparse
import collections
import contextlib
import copy
import fnmatch
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = 77
NEEDED = "torch torchvision timm onnx onnxscript"
QUICK = ["torchvision/mobilenet_v3_small", "timm/levit_128s", "timm/vit_tiny_patch16_224"]
FEW = 4096  # bytes of a tensor that may be a shape
MANY = 1 << 20  # elements; as many are random in any case

# Of timm the smallest variants of each family; of torchvision all that is there.
TIMM = """
    beit_base_patch16_224 botnet26t_256 eca_botnext26ts_256 halonet26t lambda_resnet26t
    sebotnet33ts_256 bat_resnext26ts gcresnext26ts gernet_s mobileone_s0 repvgg_a0 resnet51q
    cait_xxs24_224 coat_lite_tiny coat_tiny convit_tiny convmixer_768_32 convnext_atto
    convnextv2_atto cpubone_nano crossvit_9_240 crossvit_9_dagger_240 cs3darknet_s cspresnet50
    cspnext_tiny davit_tiny deit_tiny_patch16_224 deit_tiny_distilled_patch16_224
    deit3_small_patch16_224 densenetblur121d dla46_c dla60_res2net dpn68 edgenext_xx_small
    efficientformer_l1 efficientformerv2_s0 efficientnet_lite0 efficientnet_b0_gn mixnet_s
    mnasnet_small spnasnet_100 tinynet_e mobilenetv4_conv_small efficientvim_m1 efficientvit_b0
    efficientvit_l1 efficientvit_m0 eva02_tiny_patch14_224 fasternet_t0 fastvit_t8
    focalnet_tiny_srf gcvit_xxtiny ghostnet_050 ghostnetv2_100 ghostnetv3_050 hardcorenas_a
    hgnet_tiny hgnetv2_b0 hiera_tiny_224 sam2_hiera_tiny hrnet_w18_small iformer_t
    inception_next_atto inception_resnet_v2 inception_v4 lcnetv2_small levit_128s levit_conv_128s
    lowformer_b0 mambaout_femto coatnet_nano_rw_224 maxvit_rmlp_pico_rw_256
    maxxvit_rmlp_nano_rw_256 caformer_s18 convformer_s18 poolformer_s12 poolformerv2_s12
    gmixer_12_224 gmlp_ti16_224 mixer_s32_224 resmlp_12_224 fbnetv3_b lcnet_035
    mobilenetv3_small_050 mobilevit_xxs mobilevitv2_050 mvitv2_tiny nasnetalarge nest_tiny
    nextvit_small eca_nfnet_l0 nf_regnet_b0 dm_nfnet_f0 pit_ti_224 pnasnet5large pvt_v2_b0
    rdnet_tiny regnetx_002 regnetv_040 regnetz_b16 repghostnet_050 repvit_m0_9 res2net50_14w_8s
    res2next50 resnest14d ecaresnet26t resnet10t resnetrs50 seresnext26d_32x4d resnetv2_50
    resnetv2_50x1_bit rexnet_100 selecsls42 legacy_seresnet18 sequencer2d_s shvit_s1 skresnet18
    starnet_s050 swiftformer_xs swin_s3_tiny_224 swinv2_tiny_window8_256 swinv2_cr_tiny_224
    tiny_vit_5m_224 tnt_s_patch16_224 tresnet_m twins_pcpvt_small twins_svt_small visformer_tiny
    vit_tiny_patch16_224 vit_base_patch16_clip_224 vit_pwee_patch16_reg1_gap_256
    vit_tiny_r_s16_p8_224 vit_relpos_small_patch16_224 vit_srelpos_small_patch16_224
    vitamin_small_224 volo_d1_224 ese_vovnet19b_slim_dw legacy_xception xception41
    xcit_nano_12_p16_224
""".split()

FLOATS = "FLOAT FLOAT16 BFLOAT16 DOUBLE".split()

PAGE = """\
# Models that are read
The classifiers of torchvision and timm as torch exports them to ONNX: what `tilewise import onnx`
reads of each, held against a count of its own.

    pip install {needed}
    tools/model_zoo.py --output docs/models.md

makes this page. Weights are random, and the batch is one image of the model's own size. Every model
of the table is read in full, without a warning, and its numbers agree exactly:
- **MACs** with those that torch counts while the module runs (`FlopCounterMode`: convolutions,
  products, attention);
- **parameters** with the elements of the module's parameters that the exporter put into the file;
- **constants** with the fractions that the exporter stored beside them (masks, positions). In a
  file they look like parameters, and `tilewise import onnx` counts them so.

A stored tensor of a single element is part of a formula and counts as neither, unless a Conv or
Gemm reads it.

{summary}

| model | layers | MACs | parameters | constants |
|---|---|---|---|---|
{rows}
{missing}"""


class NotExportedError(Exception):
    """torch has no ONNX form of the model."""


def libraries():
    """torch, torchvision, timm and onnx; None and the name of what is missing."""
    try:
        import onnx
        import timm
        import torch
        import torch.utils.flop_counter
        import torchvision
    except ImportError as error:
        return None, error.name
    return (torch, torchvision, timm, onnx), ""


def names(torchvision):
    """The models of a whole run, "library/name"."""
    listed = torchvision.models.list_models(module=torchvision.models)
    return [f"torchvision/{name}" for name in listed] + [f"timm/{name}" for name in TIMM]


def made(libs, name):
    """The module with random weights, and an image for it."""
    torch, torchvision, timm, _ = libs
    library, _, model_name = name.partition("/")
    torch.manual_seed(0)
    if library == "timm":
        module = timm.create_model(model_name, pretrained=False, exportable=True)
        size = module.default_cfg.get("input_size", (3, 224, 224))
    else:
        module = torchvision.models.get_model(model_name, weights=None)
        size = (3, 299, 299) if model_name == "inception_v3" else (3, 224, 224)
    # Equal tensors, such as the scales of all batch norms, would be stored once.
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.numel() < MANY:
                parameter.uniform_(0.5, 1.0)
    return module.eval(), torch.zeros(1, *size)


def counted_macs(torch, module, image):
    """MACs as torch counts them while the module runs; without numbers where that goes."""

    def count(module, image):
        counter = torch.utils.flop_counter.FlopCounterMode(display=False)
        attention = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
        with attention, torch.no_grad(), counter:
            module(image)
        return counter.get_total_flops() // 2

    module = copy.deepcopy(module).requires_grad_(False)  # the counter hooks into what learns
    try:
        return count(copy.deepcopy(module).to("meta"), image.to("meta"))
    except Exception:  # it asks for values
        return count(module, image)


@contextlib.contextmanager
def silence():
    """What the exporter prints, from C++ too, goes nowhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def export(torch, module, image, path, exporter):
    """Write the module as an ONNX file, with batch norm and constants as the module has them."""
    try:
        with warnings.catch_warnings(), silence():
            warnings.simplefilter("ignore")
            if exporter == "dynamo":
                torch.onnx.export(module, (image,), path, dynamo=True, verbose=False)
            else:
                torch.onnx.export(
                    module, (image,), path, dynamo=False, do_constant_folding=False,
                    training=torch.onnx.TrainingMode.PRESERVE,
                )  # fmt: skip
    except Exception as error:
        raise NotExportedError(
            str(error).strip().splitlines()[0][:120] if str(error) else ""
        ) from error


def no_parameters(graph):
    """What is read for nothing but statistics of a batch norm, which are folded into scale and
    shift, scales of a Resize, which are a shape, and initial states, which are zeros."""
    uses, beside = collections.Counter(), collections.Counter()
    for node in reversed(graph.node):
        is_beside = bool(node.output) and all(
            uses[name] and uses[name] == beside[name] for name in node.output
        )
        for index, name in enumerate(node.input):
            statistic = node.op_type == "BatchNormalization" and index > 2
            scale = node.op_type in ("Resize", "Upsample") and index > 0
            state = node.op_type in ("LSTM", "GRU", "RNN") and index in (5, 6)
            uses[name] += 1
            beside[name] += is_beside or statistic or scale or state
    return {name for name in uses if uses[name] == beside[name]}


def stored(onnx, path, module):
    """Parameters of the module in a file, and further fractions of more than one element."""
    graph = onnx.load(path, load_external_data=False).graph
    kinds = {onnx.TensorProto.DataType.Value(kind) for kind in FLOATS}
    read = {name for node in graph.node for name in node.input}
    beside = no_parameters(graph)
    tensors = [(tensor.name, tensor) for tensor in graph.initializer]
    for node in graph.node:
        if node.op_type == "Constant":
            tensors += [(node.output[0], each.t) for each in node.attribute if each.name == "value"]
    layers = ("Conv", "ConvTranspose", "Gemm")
    of_layers = {name for node in graph.node if node.op_type in layers for name in node.input}
    own = {name for name, _ in module.named_parameters()}
    parameters = constants = 0
    for name, tensor in tensors:
        elements = math.prod(tensor.dims)
        if tensor.data_type not in kinds or name in beside or name not in read:
            continue
        if elements == 1 and name not in of_layers:  # as a number of a formula is
            continue
        if name in own:
            parameters += elements
        else:
            constants += elements
    return parameters, constants


def imported(program, path):
    """What the program reads: MACs, parameters, layers, and what it says on the way."""
    done = subprocess.run(
        [program, "import", "onnx", path, "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return None, done.stderr.strip().replace(str(path) + ": ", "")
    network = json.loads(done.stdout)
    return network, done.stderr.strip().replace(str(path) + ": ", "")


def row_of(name, differs="", macs=0, parameters=0, constants=0, layers=0):
    return {"model": name, "differs": differs, "macs": macs, "parameters": parameters,
            "constants": constants, "layers": layers}  # fmt: skip


def measure(libs, name, path, exporter):
    """Exports a model to `path`: what torch and the file say of it, or why there is no file."""
    torch, _, _, onnx = libs
    module, image = made(libs, name)
    macs = counted_macs(torch, module, image)
    try:
        export(torch, module, image, path, exporter)
    except NotExportedError as error:
        return {"refused": str(error)}
    parameters, constants = stored(onnx, path, module)
    return {"macs": macs, "parameters": parameters, "constants": constants}


def keep_bare(onnx, path, kept):
    """The file without its weights, which the program does not read."""
    model = onnx.load(path, load_external_data=False)
    tensors = list(model.graph.initializer)
    for node in model.graph.node:
        tensors += [each.t for each in node.attribute if each.HasField("t")]
    for tensor in tensors:
        if len(tensor.raw_data) > FEW:
            tensor.ClearField("raw_data")
    onnx.save(model, kept)


def compare(libs, name, scratch, args):
    """One row: what torch says, what the program says, and the first difference. What is in the
    folder of --keep is not exported again."""
    path = scratch / "model.onnx"
    known = {}
    if args.keep:
        kept = args.keep / (name.replace("/", "-") + ".onnx")
        counts = kept.with_suffix(".json")
        if counts.exists():
            known = json.loads(counts.read_text())
    try:
        if not known:
            known = measure(libs, name, path, args.exporter)
            if args.keep and "refused" not in known:
                keep_bare(libs[3], path, kept)
            if args.keep:
                counts.write_text(json.dumps(known))
        else:
            path = kept
        if "refused" in known:
            raise NotExportedError(known["refused"])
        network, said = imported(args.program, path)
    finally:
        for each in scratch.iterdir():
            each.unlink()
    row = row_of(name, said, **known)
    if network is None or said:
        return row
    row["layers"] = len(network["layers"])
    if network["macs"] != row["macs"]:
        row["differs"] = f"{network['macs']:,} MACs"
    elif network["parameters"] != row["parameters"] + row["constants"]:
        row["differs"] = f"{network['parameters']:,} parameters"
    return row


def table(rows):
    """Rows of Markdown."""
    return "\n".join(
        f"| {row['model'].replace('/', ' ')} | {row['layers']} | {row['macs']:,} "
        f"| {row['parameters']:,} | {row['constants']:,} |"
        for row in rows
    )


def page(rows, refused, versions):
    """docs/models.md."""
    missing = ""
    if refused:
        missing = "\ntorch exports no ONNX file of these:\n" + "\n".join(
            f"- {name.replace('/', ' ')}: {why}" for name, why in refused
        ) + "\n"  # fmt: skip
    summary = f"{len(rows)} models, {versions}."
    return PAGE.format(needed=NEEDED, summary=summary, rows=table(rows), missing=missing)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "tilewise"))
    parser.add_argument("--only", action="append", default=[], help="a pattern of library/name")
    parser.add_argument("--quick", action="store_true", help="three small models")
    parser.add_argument("--exporter", choices=["torchscript", "dynamo"], default="torchscript")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="the names, and nothing else")
    return parser.parse_args()


def main():
    args = arguments()
    libs, missing = libraries()
    if libs is None:
        print(f"skipped: the model zoo needs {missing}; pip install {NEEDED}")
        return SKIPPED
    torch, torchvision, timm, onnx = libs
    torch.backends.mha.set_fastpath_enabled(False)  # one node that no counter sees into
    patterns = QUICK if args.quick else args.only or ["*"]
    chosen = [
        name for name in names(torchvision)
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
    ]  # fmt: skip
    if args.list:
        print("\n".join(chosen))
        return 0
    rows, refused = [], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            start = time.monotonic()
            try:
                rows.append(compare(libs, name, folder, args))
            except NotExportedError as error:
                refused.append((name, str(error)))
                print(f"{name}: not exported: {error}", flush=True)
                continue
            except Exception as error:
                rows.append(row_of(name, f"{type(error).__name__}: {error}"))
            row = rows[-1]
            print(f"{table([row])} {row['differs'] or 'agrees'}, "
                  f"{time.monotonic() - start:.1f} s", flush=True)  # fmt: skip
    wrong = [row for row in rows if row["differs"]]
    print(f"{len(rows)} models read, {len(wrong)} differ, {len(refused)} not exported")
    if args.output and not wrong:
        versions = (f"torch {torch.__version__.partition('+')[0]}, torchvision "
                    f"{torchvision.__version__.partition('+')[0]}, timm {timm.__version__}, "
                    f"exported by {args.exporter}")  # fmt: skip
        args.output.write_text(page(rows, refused, versions))
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
